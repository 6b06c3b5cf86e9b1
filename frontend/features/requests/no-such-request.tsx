import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { PageTitle } from '../shell/page-title.tsx';

export function NoSuchRequest() {
  const words = strings.requests;
  return (
    <div className="flex flex-col gap-6">
      <PageTitle>{words.missing}</PageTitle>
      <PageHeader title={words.title} />
      <EmptyState
        title={words.missing}
        text={words.missingText}
        action={<ButtonLink href="/requests/">{strings.home.all}</ButtonLink>}
      />
    </div>
  );
}
