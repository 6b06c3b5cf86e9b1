import type { User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Cell, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import { useUser } from '../auth/session.tsx';
import { useActivePerson } from './use-people.ts';

const words = strings.people;
const wide = 'hidden md:table-cell';

/** People in rows; on a narrow screen the name stands under the username. */
export function PeopleTable({ people }: { people: readonly User[] }) {
  const changing = useActivePerson();
  return (
    <>
      {changing.error && <ProblemNotice error={changing.error} />}
      <Table label={words.title}>
        <thead>
          <tr>
            <HeadCell>{words.username}</HeadCell>
            <HeadCell className={wide}>{words.name}</HeadCell>
            <HeadCell className={wide}>{words.email}</HeadCell>
            <HeadCell className={wide}>{words.teams}</HeadCell>
            <HeadCell>{words.state}</HeadCell>
            <HeadCell>
              <span className="sr-only">{words.actions}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              onActive={(is_active) => changing.mutate({ id: person.id, is_active })}
            />
          ))}
        </tbody>
      </Table>
    </>
  );
}

function PersonRow({ person, onActive }: { person: User; onActive: (active: boolean) => void }) {
  const me = useUser();
  return (
    <Row>
      <RowHead>
        <span className="wrap-anywhere">{person.username}</span>
        {person.display_name !== person.username && (
          <span className="block text-xs font-normal text-soft md:hidden">{person.display_name}</span>
        )}
      </RowHead>
      <Cell className={wide}>{person.display_name}</Cell>
      <Cell className={wide}>{person.email ?? strings.common.notYet}</Cell>
      <Cell className={wide}>
        {person._membership.map(({ _team }) => _team.name).join(', ') || strings.common.notYet}
      </Cell>
      <Cell>
        <span className="flex gap-1.5">
          {person.is_staff && <Badge tone="accent">{words.isStaff}</Badge>}
          {!person.is_active && <Badge tone="neutral">{words.inactive}</Badge>}
        </span>
      </Cell>
      <Cell className="text-right">
        {person.id !== me.id && (
          <Button
            className="h-7 px-2"
            onClick={() => onActive(!person.is_active)}
            aria-label={words.switchNamed(person.is_active, person.username)}
          >
            {words.switch(person.is_active)}
          </Button>
        )}
      </Cell>
    </Row>
  );
}
