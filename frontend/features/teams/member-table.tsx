import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { Role, Team } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Cell, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import { useUser } from '../auth/session.tsx';
import { RoleOptions, roleOf } from './role-options.tsx';
import { useChangeRole, useRemoveMember } from './use-team-changes.ts';

const words = strings.teams;

type Member = Team['_membership'][number];

const RemoveDialog = dynamic(() => import('./remove-dialog.tsx').then((module) => module.RemoveDialog), {
  ssr: false,
});

interface MemberTableProps {
  team: Team;
  /** True for whoever may change the team's members. */
  maintains: boolean;
}

export function MemberTable({ team, maintains }: MemberTableProps) {
  const [leaving, setLeaving] = useState<Member>();
  const changing = useChangeRole();
  const removing = useRemoveMember();
  const error = changing.error ?? removing.error;
  if (team._membership.length === 0) return <p className="text-soft">{words.noMembers}</p>;
  return (
    <>
      {error && <ProblemNotice error={error} />}
      <Table label={words.members}>
        <thead>
          <tr>
            <HeadCell>{words.member}</HeadCell>
            <HeadCell className="w-28 sm:w-36">{words.role}</HeadCell>
            <HeadCell className="w-20 sm:w-24">
              <span className="sr-only">{words.remove}</span>
            </HeadCell>
          </tr>
        </thead>
        <tbody>
          {team._membership.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              maintains={maintains}
              onRole={(role) => changing.mutate({ id: member.id, role })}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </tbody>
      </Table>
      {leaving && (
        <RemoveDialog
          title={words.removeTitle(leaving._user.display_name, team.name)}
          onClose={() => setLeaving(undefined)}
          onRemove={() => {
            setLeaving(undefined);
            removing.mutate(leaving.id);
          }}
        />
      )}
    </>
  );
}

interface MemberRowProps {
  member: Member;
  maintains: boolean;
  onRole: (role: Role) => void;
  onRemove: () => void;
}

function MemberRow({ member, maintains, onRole, onRemove }: MemberRowProps) {
  const me = useUser();
  const { display_name: name, username } = member._user;
  const self = member.user === me.id;
  return (
    <Row>
      <RowHead>
        <span className="wrap-anywhere">{name}</span>{' '}
        {name !== username && (
          <span className="font-mono text-xs font-normal text-soft max-sm:block">{username}</span>
        )}
      </RowHead>
      <Cell>
        {maintains ? (
          <select
            aria-label={words.roleOf(name)}
            value={member.role}
            onChange={(event) => onRole(roleOf(event.target.value))}
            className="h-7 w-full rounded border border-line bg-raised px-1.5"
          >
            <RoleOptions />
          </select>
        ) : (
          words.roles[member.role]
        )}
      </Cell>
      <Cell className="text-right">
        {(maintains || self) && (
          <Button
            look="quiet"
            className="h-7 px-2"
            aria-label={self ? undefined : words.removeNamed(name)}
            onClick={onRemove}
          >
            {self ? words.leave : words.remove}
          </Button>
        )}
      </Cell>
    </Row>
  );
}
