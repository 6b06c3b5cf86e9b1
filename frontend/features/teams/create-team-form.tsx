import { slugOf } from '@keystone/shared/domain/names.ts';
import { useState, type FormEvent } from 'react';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useCreateTeam } from './use-team-changes.ts';

const words = strings.teams;

/** A name, and at once the account that clusters will know the team by. */
export function CreateTeamForm() {
  const [name, setName] = useState('');
  const creating = useCreateTeam();
  const slug = slugOf(name);
  const create = (event: FormEvent) => {
    event.preventDefault();
    if (slug) creating.mutate(name.trim(), { onSuccess: () => setName('') });
  };
  return (
    <Section title={words.create}>
      <Panel className="p-4">
        <form noValidate className="flex flex-col gap-4" onSubmit={create}>
          <TextField
            label={words.name}
            value={name}
            maxLength={255}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
            hint={slug && words.account(slug)}
            error={name.trim() !== '' && !slug ? words.noAccount : undefined}
          />
          {creating.error && <ProblemNotice error={creating.error} />}
          <Button type="submit" look="primary" busy={creating.isPending} disabled={!slug}>
            {words.submit}
          </Button>
        </form>
      </Panel>
    </Section>
  );
}
