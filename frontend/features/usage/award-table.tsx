import type { Day } from '@keystone/shared/domain/calendar.ts';
import { hasEnded, isLive } from '@keystone/shared/domain/grants.ts';
import type { Balance } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits, formatUsed } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { Cell, figures, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';

const words = strings.usage.award;

type Grant = Balance['grants'][number];

/** What makes up the balance: each award with its days and what runs have drawn from it, newest first. */
export function AwardTable({ balance }: { balance: Balance }) {
  const grants = [...balance.grants].sort((a, b) =>
    a.from < b.from ? 1 : a.from > b.from ? -1 : b.id - a.id,
  );
  return (
    <Table label={strings.usage.awards}>
      <thead>
        <tr>
          <HeadCell>{words.first}</HeadCell>
          <HeadCell>{words.until}</HeadCell>
          <HeadCell className={figures}>{words.awarded}</HeadCell>
          <HeadCell className={figures}>{words.drawn}</HeadCell>
          <HeadCell>{words.state}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {grants.map((grant) => (
          <Row key={grant.id}>
            <RowHead className="whitespace-nowrap">{formatDay(grant.from)}</RowHead>
            <Cell className="whitespace-nowrap">{grant.until ? formatDay(grant.until) : words.endless}</Cell>
            <Cell className={figures}>{formatServiceUnits(grant.awarded)}</Cell>
            <Cell className={figures}>{formatUsed(grant.drawn, grant.awarded)}</Cell>
            <Cell>
              <GrantState grant={grant} today={balance.as_of} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function GrantState({ grant, today }: { grant: Grant; today: Day }) {
  if (isLive(grant, today)) return <Badge tone="good">{words.states.live}</Badge>;
  return <Badge>{hasEnded(grant, today) ? words.states.ended : words.states.coming}</Badge>;
}
