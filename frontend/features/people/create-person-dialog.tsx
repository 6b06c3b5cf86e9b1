import { zodResolver } from '@hookform/resolvers/zod';
import { isMemberName } from '@keystone/shared/domain/names.ts';
import { useForm } from 'react-hook-form';
import * as z from 'zod/mini';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useCreatePerson, type NewPerson } from './use-people.ts';

const words = strings.people;

const personFormSchema = z.object({
  username: z.string().check(z.trim(), z.refine(isMemberName, words.errors.username)),
  first: z.string().check(z.trim(), z.maxLength(150, words.errors.long)),
  last: z.string().check(z.trim(), z.maxLength(150, words.errors.long)),
  email: z.union([z.literal(''), z.email(words.errors.email)]),
  password: z.string().check(z.minLength(12, words.errors.password), z.maxLength(128, words.errors.long)),
  staff: z.boolean(),
});
type PersonForm = z.infer<typeof personFormSchema>;

const orNull = (text: string) => (text === '' ? null : text);
const personOf = ({ username, first, last, email, password, staff }: PersonForm): NewPerson => ({
  username,
  password,
  first_name: orNull(first),
  last_name: orNull(last),
  email: orNull(email),
  is_staff: staff,
});

/** Somebody new, with a first password that they change themselves. */
export function CreatePersonDialog({ onClose }: { onClose: () => void }) {
  const creating = useCreatePerson();
  const { register, handleSubmit, formState } = useForm<PersonForm>({
    resolver: zodResolver(personFormSchema),
    defaultValues: { username: '', first: '', last: '', email: '', password: '', staff: false },
  });
  const { errors } = formState;
  const create = handleSubmit((form) => creating.mutate(personOf(form), { onSuccess: onClose }));
  return (
    <Dialog open onClose={onClose} title={words.create}>
      <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
        <TextField
          label={words.username}
          hint={words.usernameHint}
          autoComplete="off"
          error={errors.username?.message}
          {...register('username')}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={words.first} optional error={errors.first?.message} {...register('first')} />
          <TextField label={words.last} optional error={errors.last?.message} {...register('last')} />
        </div>
        <TextField
          label={words.email}
          type="email"
          optional
          error={errors.email?.message}
          {...register('email')}
        />
        <TextField
          label={words.password}
          hint={words.passwordHint}
          type="password"
          autoComplete="new-password"
          error={errors.password?.message}
          {...register('password')}
        />
        <CheckField label={words.staff} {...register('staff')} />
        {creating.error && <ProblemNotice error={creating.error} />}
        <DialogActions>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={creating.isPending}>
            {words.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
