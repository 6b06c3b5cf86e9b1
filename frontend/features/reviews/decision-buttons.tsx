import { commandFor, requestLifecycle } from '@keystone/shared/domain/request-lifecycle.ts';
import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';

const words = strings.review;

interface DecisionButtonsProps {
  status: RequestStatus;
  busy: boolean;
  onRefuse: (status: 'DC' | 'CR') => void;
  onWithdraw: () => void;
}

/** True where the lifecycle has a way from one status to another. */
const leads = (from: RequestStatus, to: RequestStatus) =>
  requestLifecycle.some((row) => row.from === from && row.command === commandFor[to]);

/** The decisions that the request's status allows. */
export function DecisionButtons({ status, busy, onRefuse, onWithdraw }: DecisionButtonsProps) {
  return (
    <div className="flex flex-wrap gap-2 *:grow sm:*:grow-0">
      {leads(status, 'AP') && (
        <Button type="submit" look="primary" busy={busy}>
          {status === 'AP' ? words.amend : words.approve}
        </Button>
      )}
      {leads(status, 'CR') && (
        <Button busy={busy} onClick={() => onRefuse('CR')}>
          {words.changes}
        </Button>
      )}
      {leads(status, 'DC') && (
        <Button look="danger" busy={busy} onClick={() => (status === 'AP' ? onWithdraw() : onRefuse('DC'))}>
          {status === 'AP' ? words.withdraw : words.decline}
        </Button>
      )}
    </div>
  );
}
