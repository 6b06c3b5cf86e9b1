import { useState } from 'react';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Pager } from '../../ui/pager.tsx';
import { Cell, figures, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import type { DayOfBalance } from '../burn-down/burn-down.ts';

const words = strings.usage;
const SIZE = 15;

/** The figures of the burn-down: days on which something was used or the awards changed, newest first. */
export function DayTable({ history }: { history: readonly DayOfBalance[] }) {
  const [page, setPage] = useState(0);
  const rows = history.filter(saysSomething).reverse();
  if (history.every(({ used }) => used === 0)) return <p className="text-soft">{words.nothingUsed}</p>;
  return (
    <>
      <p className="text-soft">{words.daysHint}</p>
      <Table label={words.days}>
        <thead>
          <tr>
            <HeadCell>{words.day.day}</HeadCell>
            <HeadCell className={figures}>{words.day.used}</HeadCell>
            <HeadCell className={figures}>{words.day.awarded}</HeadCell>
            <HeadCell className={figures}>{words.day.remaining}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {rows.slice(page * SIZE, (page + 1) * SIZE).map(({ day, used, awarded, remaining }) => (
            <Row key={day}>
              <RowHead className="whitespace-nowrap">{formatDay(day)}</RowHead>
              <Cell className={figures}>{formatServiceUnits(used, 'up')}</Cell>
              <Cell className={figures}>{formatServiceUnits(awarded)}</Cell>
              <Cell className={figures}>{formatServiceUnits(remaining)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <Pager label={words.dayPages} count={rows.length} size={SIZE} page={page} onPage={setPage} />
    </>
  );
}

const saysSomething = ({ used, awarded }: DayOfBalance, index: number, history: readonly DayOfBalance[]) =>
  used !== 0 || awarded !== (history[index - 1]?.awarded ?? 0);
