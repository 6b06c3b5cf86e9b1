import { strings } from '../../lib/strings.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import type { IncompleteRequest } from './send-request.ts';

const words = strings.newRequest;

/** The request stands without some of its clusters: why, and the two ways on. */
export function UnfinishedRequest({ error, busy }: { error: IncompleteRequest; busy: boolean }) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="warn" title={words.partial(error.id, error.missing)} />
      <ProblemNotice error={error.cause} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" busy={busy}>
          {words.finish}
        </Button>
        <ButtonLink href={`/requests/${error.id}/`}>{words.toRequest}</ButtonLink>
      </div>
    </div>
  );
}
