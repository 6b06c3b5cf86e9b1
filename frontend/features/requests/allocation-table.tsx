import type { AllocationSummary } from '../../lib/api/records.ts';
import { formatUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Cell, figures, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';

const words = strings.requests;

const units = (value: number | null) => (value === null ? strings.common.notYet : formatUnits(value));

/** What was asked for and awarded on each cluster; what was drawn is known when an award has ended. */
export function AllocationTable({ allocations }: { allocations: readonly AllocationSummary[] }) {
  if (allocations.length === 0) return <p className="text-soft">{words.noAllocations}</p>;
  const ended = allocations.some(({ final }) => final !== null);
  return (
    <Table label={words.allocations}>
      <thead>
        <tr>
          <HeadCell>{words.allocation.cluster}</HeadCell>
          <HeadCell className={figures}>{words.allocation.requested}</HeadCell>
          <HeadCell className={figures}>{words.allocation.awarded}</HeadCell>
          {ended && <HeadCell className={figures}>{words.allocation.final}</HeadCell>}
        </tr>
      </thead>
      <tbody>
        {allocations.map((allocation) => (
          <Row key={allocation.id}>
            <RowHead>{allocation._cluster.name}</RowHead>
            <Cell className={figures}>{units(allocation.requested)}</Cell>
            <Cell className={`${figures} font-medium`}>{units(allocation.awarded)}</Cell>
            {ended && <Cell className={figures}>{units(allocation.final)}</Cell>}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
