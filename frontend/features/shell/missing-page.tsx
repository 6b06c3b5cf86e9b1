import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { PageTitle } from './page-title.tsx';

const words = strings.missing;

export function MissingPage() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-start justify-center gap-4 px-4">
      <PageTitle>{words.title}</PageTitle>
      <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
      <p className="text-soft">{words.text}</p>
      <ButtonLink href="/">{words.back}</ButtonLink>
    </main>
  );
}
