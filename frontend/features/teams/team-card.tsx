import type { Role, Team, User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Section } from '../../ui/panel.tsx';
import { useUser } from '../auth/session.tsx';
import { AddMemberForm } from './add-member-form.tsx';
import { MemberTable } from './member-table.tsx';

const words = strings.teams;

const roleIn = (team: Team, user: User): Role | undefined =>
  team._membership.find((membership) => membership.user === user.id)?.role;

/** A team with its members; owners, admins and staff change them here. */
export function TeamCard({ team }: { team: Team }) {
  const user = useUser();
  const role = roleIn(team, user);
  const maintains = user.is_staff || role === 'OW' || role === 'AD';
  return (
    <Section
      title={team.name}
      action={
        <div className="flex items-center gap-2">
          {!team.is_active && <Badge tone="warn">{words.inactive}</Badge>}
          <span className="text-xs text-soft">{words.accountLabel}</span>
          <code className="font-mono text-xs">{team.slug}</code>
        </div>
      }
    >
      <MemberTable team={team} maintains={maintains} />
      {maintains && team.is_active && <AddMemberForm team={team} />}
    </Section>
  );
}
