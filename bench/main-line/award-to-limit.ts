import { eventually } from '@keystone/tests/support/eventually.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { spreadOf, timed } from '../measure/statistics.ts';
import { ACCOUNT, limitInSlurm, startMainLine, type MainLine } from './main-line.ts';

interface Sample {
  answered: number;
  limit: number;
  floor: number;
}

/**
 * Times an award from the call that decides it to the limit that slurmctld enforces, and beside it, in the same run, the
 * floor: a bare `sacctmgr modify` of the same account.
 */
export async function benchAward(run: BenchRun): Promise<Figure[]> {
  const line = await startMainLine(run, 1);
  const samples: Sample[] = [];
  for (let index = 0; index < run.size; index++) {
    const sample = await awardOnce(line, 2 + index);
    samples.push(sample);
    run.print({ sample: index, ...sample });
  }
  const floor = spreadOf(samples.map((sample) => sample.floor));
  const limit = spreadOf(samples.map((sample) => sample.limit));
  const answered = spreadOf(samples.map((sample) => sample.answered));
  return [
    { key: 'award.limit.p50', value: limit.p50, floor: floor.p50 },
    { key: 'award.limit.p99', value: limit.p99, floor: floor.p99 },
    { key: 'award.answer.p50', value: answered.p50 },
  ];
}

async function awardOnce(line: MainLine, awarded: number): Promise<Sample> {
  const { staff, slurm, award } = line;
  const started = performance.now();
  await staff.call('POST', `/allocations/requests/${award.request}/decision/`, {
    status: 'AP',
    awards: [{ allocation: award.allocation, awarded }],
  });
  const answered = performance.now() - started;
  await eventually(async () => (await limitInSlurm(slurm)) === awarded * 60, {
    what: `limit of ${awarded}`,
    everyMs: 10,
  });
  const limit = performance.now() - started;
  const where = ['where', `name=${ACCOUNT}`, `cluster=${slurm.options.cluster}`];
  const set = ['set', `GrpTRESMins=billing=${awarded * 60}`];
  const { ms } = await timed(() => slurm.run('sacctmgr', ['-i', 'modify', 'account', ...where, ...set]));
  return { answered, limit, floor: ms };
}
