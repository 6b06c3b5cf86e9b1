import { KeystoneProblem, KeystoneUnreachable } from '@keystone/client/client.ts';
import { strings } from '../lib/strings.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface ProblemNoticeProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
}

/** What went wrong, field by field where the API says so, and what to quote when asking for help. */
export function ProblemNotice({ error, onRetry }: ProblemNoticeProps) {
  const retry = onRetry && <Button onClick={onRetry}>{strings.common.retry}</Button>;
  if (error instanceof KeystoneProblem)
    return (
      <Notice tone="bad" title={error.detail} action={retry}>
        <FieldErrors errors={error.errors} />
        {error.status >= 500 && error.cid && (
          <p className="text-xs text-soft">{strings.common.reference(error.cid)}</p>
        )}
      </Notice>
    );
  const title = error instanceof KeystoneUnreachable ? strings.common.unreachable : strings.common.failed;
  return (
    <Notice tone="bad" title={title} action={retry}>
      {error instanceof Error && <p>{error.message}</p>}
    </Notice>
  );
}

function FieldErrors({ errors }: { errors: KeystoneProblem['errors'] }) {
  const entries = Object.entries(errors);
  if (entries.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5">
      {entries.map(([field, messages]) => (
        <li key={field}>
          <span className="font-mono text-xs">{field}</span> {messages.join('; ')}
        </li>
      ))}
    </ul>
  );
}
