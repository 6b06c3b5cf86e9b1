import { seconds, systemClock } from '../clock/clock.ts';
import { describeChange, Enforcement } from '../enforcement/enforcement.ts';
import { PolicyStore } from '../policy/policy-store.ts';
import { versionText } from '../policy/policy-versions.ts';
import { Spool } from '../spool/spool.ts';
import { readOnly } from '../state/read-only-disk.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { readEnrolment } from '../state/state-folder.ts';
import { COMMON_HELP, commonOptions, readOptions, stateFolderOf, type Command } from './command-line.ts';
import { lookAtScheduler } from './open-scheduler.ts';

export const plan: Command = {
  summary: 'prints what a run would change on the scheduler now',
  help: `keystone-agent plan [options]

Reads the policy and the usage on disk and the scheduler as it is, and changes nothing.

${COMMON_HELP}`,
  async run(args, { out }, env) {
    const values = readOptions(args, commonOptions);
    const disk = readOnly(nodeDisk(stateFolderOf(values, env)));
    const { config } = await readEnrolment(disk);
    const { store } = await PolicyStore.open(disk);
    const { held } = store;
    if (!held) {
      out('No policy has come yet, so nothing would be changed.');
      return 0;
    }
    const now = (): number => seconds(systemClock);
    const { spool } = await Spool.open({ disk, zone: config.zone, epoch: config.epoch, now });
    const enforcement = new Enforcement({
      scheduler: await lookAtScheduler(config.scheduler, env),
      spool,
      now,
      monotonic: () => systemClock.monotonic(),
      knowledgeAfter: () => () => 'settled',
    });
    const { plan: planned } = await enforcement.pass(() => held, 'observe');
    const version = versionText(held.policy.version);
    out(`Policy ${version}: ${planned.changes.length} changes to ${config.cluster.name}.`);
    for (const change of planned.changes) out(`  ${describeChange(change)}`);
    for (const { code, detail } of planned.problems) out(`  ${code}: ${detail}`);
    return 0;
  },
};
