import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';

export function NoSuchRequest() {
  const words = strings.requests;
  return (
    <EmptyState
      title={words.missing}
      text={words.missingText}
      action={<ButtonLink href="/requests/">{strings.home.all}</ButtonLink>}
    />
  );
}
