import { PolicyStore } from '../policy/policy-store.ts';
import { versionText, type HeldPolicy } from '../policy/policy-versions.ts';
import { spaceProblem } from '../state/folder-space.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { runningInstance } from '../state/instance-lock.ts';
import { readEnrolment } from '../state/state-folder.ts';
import { readStatus, type AgentStatus } from '../state/status-file.ts';
import { COMMON_HELP, commonOptions, readOptions, stateFolderOf, type Command } from './command-line.ts';

const options = { ...commonOptions, json: { type: 'boolean', default: false } } as const;

export const status: Command = {
  summary: 'says how the agent stands, from what it keeps on disk',
  help: `keystone-agent status [options]

  --json             for programs
${COMMON_HELP}`,
  async run(args, { out }, env) {
    const values = readOptions(args, options);
    const folder = stateFolderOf(values, env);
    const disk = nodeDisk(folder);
    const { config } = await readEnrolment(disk);
    const pid = await runningInstance(folder);
    const { store } = await PolicyStore.open(disk);
    const last = await readStatus(disk);
    const facts = {
      thing: config.thing,
      cluster: config.cluster.name,
      running: pid ?? null,
      held: version(store.held),
      applied: version(store.applied),
      ...lastKnown(last, pid !== undefined),
    };
    const space = await spaceProblem(folder);
    const problems = [...(space ? [space] : []), ...(last?.state.problems ?? [])];
    if (values.json) out(JSON.stringify({ ...facts, problems }, null, 2));
    else {
      for (const [name, value] of Object.entries(facts)) out(`${name.padEnd(17)}${value ?? 'none'}`);
      for (const { code, detail } of problems) out(`problem          ${code}: ${detail}`);
    }
    return 0;
  },
};

const version = (policy: HeldPolicy | undefined): string | null =>
  policy ? versionText(policy.policy.version) : null;

function lastKnown(last: AgentStatus | undefined, running: boolean) {
  return {
    mode: last?.state.mode ?? null,
    connected: running && last?.connected === true,
    lastContact: last?.lastContact ?? null,
    waitingSegments: last?.state.spool.segments ?? null,
    spoolBytes: last?.state.spool.bytes ?? null,
    storedThrough: last?.state.ackedThrough ?? null,
    asOf: last?.state.at ?? null,
  };
}
