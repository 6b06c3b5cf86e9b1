import { daysBetween } from '@keystone/shared/domain/calendar.ts';
import type { Balance, UsageDay } from '../../lib/api/records.ts';
import { historyOf } from '../burn-down/burn-down.ts';
import { BurnDownFigure } from '../burn-down/burn-down-figure.tsx';
import { AwardTable } from '../usage/award-table.tsx';
import { DayTable } from '../usage/day-table.tsx';
import { sampleBalance } from './sample-balance.ts';
import { Sample } from './sample.tsx';

const HOUR = 3600;

/** Two awards that overlap. */
const grants: Balance['grants'] = [
  { id: 1, awarded: 10_000 * HOUR, from: '2026-07-01', until: '2027-01-01', drawn: 0 },
  { id: 2, awarded: 5_000 * HOUR, from: '2026-10-01', until: '2027-04-01', drawn: 0 },
];
const AWARDED = 15_000 * HOUR;

/** Less at the end of each week. */
const usage: readonly UsageDay[] = daysBetween('2026-07-01', sampleBalance.as_of).map((day, index) => ({
  day,
  used: (index % 7 < 5 ? 70 : 20) * HOUR,
}));
const used = usage.reduce((sum, day) => sum + day.used, 0);

const running: Balance = {
  ...sampleBalance,
  grants: grants.map((grant) => ({ ...grant, drawn: grant.id === 1 ? used : 0 })),
  used,
  remaining: AWARDED - used,
};
const begun: Balance = {
  ...sampleBalance,
  grants: [{ id: 1, awarded: AWARDED, from: sampleBalance.as_of, until: '2027-11-24', drawn: 0 }],
  used: 0,
  remaining: AWARDED,
};
const small = 7_000 * HOUR;
const usedUp: Balance = {
  ...running,
  grants: [{ id: 1, awarded: small, from: '2026-07-01', until: '2027-01-01', drawn: small }],
  remaining: small - used,
};

export function UsageSamples() {
  return (
    <>
      <Sample title="Burn-down" stacked>
        <BurnDownFigure balance={running} history={historyOf(running, usage)} />
        <div className="grid gap-8 sm:grid-cols-2">
          <BurnDownFigure balance={begun} history={historyOf(begun, [])} size="small" />
          <BurnDownFigure balance={usedUp} history={historyOf(usedUp, usage)} size="small" />
        </div>
      </Sample>
      <Sample title="Tables of a balance" stacked>
        <AwardTable balance={running} />
        <DayTable history={historyOf(running, usage)} />
        <DayTable history={historyOf(begun, [])} />
      </Sample>
    </>
  );
}
