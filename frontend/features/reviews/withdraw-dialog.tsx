import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { DecisionPreview } from './decision-preview.tsx';

const words = strings.review;

interface WithdrawDialogProps {
  request: number;
  open: boolean;
  onClose: () => void;
  onWithdraw: () => void;
}

/** Withdrawing stops work on a cluster: what it does is shown before it is done. */
export function WithdrawDialog({ request, open, onClose, onWithdraw }: WithdrawDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={words.withdrawTitle} text={words.withdrawText}>
      <DecisionPreview request={request} decision={open ? { status: 'DC' } : undefined} />
      <DialogActions>
        <Button onClick={onClose}>{strings.common.cancel}</Button>
        <Button look="danger" onClick={onWithdraw}>
          {words.withdraw}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
