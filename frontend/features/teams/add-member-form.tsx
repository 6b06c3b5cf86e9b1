import { useState, type FormEvent } from 'react';
import type { Role, Team } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { RoleOptions, roleOf } from './role-options.tsx';
import { UnknownUser, useAddMember } from './use-team-changes.ts';

const words = strings.teams;

/** Adds a person by the name that it signs in with. */
export function AddMemberForm({ team }: { team: Team }) {
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<Role>('MB');
  const [known, setKnown] = useState<string>();
  const adding = useAddMember(team);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const name = username.trim();
    if (name === '') return;
    const isIn = team._membership.some((member) => member._user.username === name);
    setKnown(isIn ? words.alreadyIn(name) : undefined);
    if (!isIn) adding.mutate({ username: name, role }, { onSuccess: () => setUsername('') });
  };
  const unknown = adding.error instanceof UnknownUser ? adding.error.message : undefined;
  return (
    <form noValidate onSubmit={add} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-3">
        <TextField
          label={words.username}
          className="min-w-40 flex-1"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          error={known ?? unknown}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <SelectField
          label={words.role}
          className="w-32"
          value={role}
          onChange={(event) => setRole(roleOf(event.target.value))}
        >
          <RoleOptions />
        </SelectField>
        <Button type="submit" className="sm:mt-6" busy={adding.isPending}>
          {words.add}
        </Button>
      </div>
      {adding.error && !unknown && <ProblemNotice error={adding.error} />}
    </form>
  );
}
