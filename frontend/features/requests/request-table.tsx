import Link from 'next/link';
import type { AllocationRequest, AllocationSummary } from '../../lib/api/records.ts';
import { formatMoment } from '../../lib/format/dates.ts';
import { formatUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Cell, figures, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import { StatusBadge } from './status-badge.tsx';

const words = strings.requests;
const wide = 'hidden md:table-cell';

/** Requests in rows; on a narrow screen the team stands under the title, and the rest is on the request's page. */
export function RequestTable({ requests }: { requests: readonly AllocationRequest[] }) {
  return (
    <Table label={words.title}>
      <thead>
        <tr>
          <HeadCell>{words.columns.title}</HeadCell>
          <HeadCell className={wide}>{words.columns.team}</HeadCell>
          <HeadCell className={`${wide} ${figures}`}>{words.columns.clusters}</HeadCell>
          <HeadCell>{words.columns.status}</HeadCell>
          <HeadCell className={wide}>{words.columns.submitted}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <Row key={request.id}>
            <RowHead>
              <Link
                href={`/requests/${request.id}/`}
                className="text-accent underline-offset-2 hover:underline"
              >
                <span className="wrap-anywhere">{request.title}</span>
              </Link>
              <span className="block font-mono text-xs font-normal text-soft md:hidden">
                {request._team.slug}
              </span>
            </RowHead>
            <Cell className={`${wide} font-mono text-xs leading-5`}>{request._team.slug}</Cell>
            <Cell className={`${wide} ${figures}`}>
              {request._allocations.map((allocation) => (
                <Amount key={allocation.id} allocation={allocation} />
              ))}
            </Cell>
            <Cell>
              <StatusBadge status={request.status} />
            </Cell>
            <Cell className={`${wide} whitespace-nowrap text-soft`}>{formatMoment(request.submitted)}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** What was awarded, or what was asked for where nothing was decided. */
function Amount({ allocation }: { allocation: AllocationSummary }) {
  return (
    <span className="block whitespace-nowrap">
      {formatUnits(allocation.awarded ?? allocation.requested)}{' '}
      <span className="text-soft">
        {strings.balance.on} {allocation._cluster.name}
      </span>
    </span>
  );
}
