import { useState, type SubmitEvent } from 'react';
import type { User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { faultsOf, LONGEST_PASSWORD, type PasswordFaults } from './new-password.ts';
import { useChangePassword } from './use-change-password.ts';

const words = strings.account.password;

const textOf = (form: FormData, name: string) => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

export function ChangePasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const changing = useChangePassword(user);
  return (
    <Dialog open onClose={onClose} title={words.title} text={changing.isSuccess ? undefined : words.text}>
      {changing.isSuccess ? (
        <>
          <Notice tone="good">{words.done}</Notice>
          <DialogActions>
            <Button onClick={onClose}>{strings.common.close}</Button>
          </DialogActions>
        </>
      ) : (
        <PasswordForm username={user.username} changing={changing} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface PasswordFormProps {
  username: string;
  changing: ReturnType<typeof useChangePassword>;
  onClose: () => void;
}

function PasswordForm({ username, changing, onClose }: PasswordFormProps) {
  const [faults, setFaults] = useState<PasswordFaults>({});
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = textOf(form, 'password');
    const found = faultsOf(password, textOf(form, 'again'));
    setFaults(found);
    if (!found.password && !found.again && !changing.isPending) changing.mutate(password);
  };
  const field = { type: 'password', autoComplete: 'new-password', maxLength: LONGEST_PASSWORD };
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={send}>
      {/* So that a password manager knows whose it is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      <TextField label={words.fresh} name="password" hint={words.hint} error={faults.password} {...field} />
      <TextField label={words.again} name="again" error={faults.again} {...field} />
      {changing.error && <ProblemNotice error={changing.error} />}
      <DialogActions>
        <Button onClick={onClose}>{strings.common.cancel}</Button>
        <Button type="submit" look="primary" busy={changing.isPending}>
          {words.submit}
        </Button>
      </DialogActions>
    </form>
  );
}
