import { useState } from 'react';
import type { Balance } from '../../lib/api/records.ts';
import { Meter } from '../../ui/meter.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Cell, figures, HeadCell, Row, RowHead, Table } from '../../ui/table.tsx';
import { BalanceCard } from '../dashboard/balance-card.tsx';
import { sampleBalance } from './sample-balance.ts';
import { Sample } from './sample.tsx';

const balances: readonly Balance[] = [
  sampleBalance,
  { ...sampleBalance, account: 'nearly', used: 340_000_000, remaining: 20_000_000 },
  { ...sampleBalance, account: 'over', used: 361_000_000, remaining: -1_000_000, jobs: 1 },
  { ...sampleBalance, account: 'locked', locked: true, expire: null },
  { ...sampleBalance, account: 'small', entitled: 30_000, used: 12_345, remaining: 17_655 },
];

export function RecordSamples() {
  const [page, setPage] = useState(0);
  return (
    <>
      <Sample title="Meter" stacked>
        <Meter label="12 % used" percent={12} />
        <Meter label="92 % used" percent={92} tone="warn" />
        <Meter label="100 % used" percent={100} tone="bad" />
      </Sample>
      <Sample title="Balance" stacked>
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {balances.map((sample) => (
            <BalanceCard key={sample.account} balance={sample} />
          ))}
        </div>
      </Sample>
      <Sample title="Table and pager" stacked>
        <Table label="Sample table">
          <thead>
            <tr>
              <HeadCell>Name</HeadCell>
              <HeadCell className={figures}>Service units</HeadCell>
            </tr>
          </thead>
          <tbody>
            {['alpha', 'beta'].map((name, row) => (
              <Row key={name}>
                <RowHead>{name}</RowHead>
                <Cell className={figures}>{(row + 1) * 12_500}</Cell>
              </Row>
            ))}
          </tbody>
        </Table>
        <Pager count={60} size={25} page={page} onPage={setPage} />
      </Sample>
    </>
  );
}
