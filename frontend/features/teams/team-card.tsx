import { useId } from 'react';
import type { Role, Team, User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { ChevronDown } from '../../ui/icons.tsx';
import { useUser } from '../auth/session.tsx';
import { AddMemberForm } from './add-member-form.tsx';
import { MemberTable } from './member-table.tsx';

const words = strings.teams;

const roleIn = (team: Team, user: User): Role | undefined =>
  team._membership.find((membership) => membership.user === user.id)?.role;

interface TeamCardProps {
  team: Team;
  /** Whether its members show from the start. */
  open: boolean;
}

/** A team with its members; owners, admins and staff change them here. */
export function TeamCard({ team, open }: TeamCardProps) {
  const id = useId();
  const user = useUser();
  const role = roleIn(team, user);
  const maintains = user.is_staff || role === 'OW' || role === 'AD';
  return (
    <details open={open} aria-labelledby={id} className="group rounded-lg border border-line bg-surface">
      <summary className="flex cursor-pointer list-none items-center gap-x-3 rounded-lg px-4 py-3 hover:bg-sunken">
        <span className="-rotate-90 text-soft transition-transform group-open:rotate-0">
          <ChevronDown />
        </span>
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <h2 id={id} className="text-base font-semibold wrap-anywhere">
            {team.name}
          </h2>
          <span className="text-xs text-soft">
            {words.accountLabel} <code className="font-mono text-ink">{team.slug}</code>
          </span>
          {!team.is_active && <Badge tone="warn">{words.inactive}</Badge>}
        </span>
        <span className="text-xs whitespace-nowrap text-soft">{words.count(team._membership.length)}</span>
      </summary>
      <div className="flex flex-col gap-4 px-4 pt-1 pb-4">
        <MemberTable team={team} maintains={maintains} />
        {maintains && team.is_active && <AddMemberForm team={team} />}
      </div>
    </details>
  );
}
