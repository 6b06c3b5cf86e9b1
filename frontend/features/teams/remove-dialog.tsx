import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';

interface RemoveDialogProps {
  title: string;
  onClose: () => void;
  onRemove: () => void;
}

export function RemoveDialog({ title, onClose, onRemove }: RemoveDialogProps) {
  return (
    <Dialog open onClose={onClose} title={title} text={strings.teams.removeText}>
      <DialogActions>
        <Button onClick={onClose}>{strings.common.cancel}</Button>
        <Button look="danger" onClick={onRemove}>
          {strings.teams.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
