import { eventually } from '@keystone/tests/support/eventually.ts';
import { ACCOUNT, limitInSlurm, startMainLine } from './main-line.ts';
import { spreadOf } from './statistics.ts';

/**
 * Times an award from the call that decides it to the limit that slurmctld enforces, and beside it, in the same run, the
 * floor: a bare `sacctmgr modify` of the same account.
 */
export async function benchAward(size: number, print: (line: object) => void): Promise<object> {
  const line = await startMainLine(1);
  try {
    const samples: { answered: number; limit: number; floor: number }[] = [];
    for (let index = 0; index < size; index++) {
      const awarded = 2 + index;
      const started = performance.now();
      await line.staff.call('POST', `/allocations/requests/${line.award.request}/decision/`, {
        status: 'AP',
        awards: [{ allocation: line.award.allocation, awarded }],
      });
      const answered = performance.now() - started;
      await eventually(async () => (await limitInSlurm(line.slurm)) === awarded * 60, {
        what: `limit of award ${index}`,
        everyMs: 10,
      });
      const limit = performance.now() - started;
      const before = performance.now();
      await line.slurm.run('sacctmgr', [
        '-i',
        'modify',
        'account',
        'where',
        `name=${ACCOUNT}`,
        `cluster=${line.slurm.options.cluster}`,
        'set',
        `GrpTRESMins=billing=${awarded * 60}`,
      ]);
      const sample = { answered, limit, floor: performance.now() - before };
      samples.push(sample);
      print({
        bench: 'award',
        sample: index,
        answeredMs: Math.round(answered),
        limitMs: Math.round(limit),
        floorMs: Math.round(sample.floor),
      });
    }
    return {
      awardToLimitMs: spreadOf(samples.map(({ limit }) => limit)),
      ofThatAnswerMs: spreadOf(samples.map(({ answered }) => answered)),
      floorSacctmgrModifyMs: spreadOf(samples.map(({ floor }) => floor)),
    };
  } finally {
    await line.close();
  }
}
