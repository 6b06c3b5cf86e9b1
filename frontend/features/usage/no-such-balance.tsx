import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { PageTitle } from '../shell/page-title.tsx';

const words = strings.usage;

export function NoSuchBalance() {
  return (
    <div className="flex flex-col gap-6">
      <PageTitle>{words.missing}</PageTitle>
      <PageHeader title={words.about} />
      <EmptyState
        title={words.missing}
        text={words.missingText}
        action={<ButtonLink href="/">{words.home}</ButtonLink>}
      />
    </div>
  );
}
