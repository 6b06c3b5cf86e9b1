import { parseArgs } from 'node:util';
import { startSlurm } from '@keystone/local/slurm/start-slurm.ts';
import { CountedSlurm, firstPolicy } from './first-policy.ts';

/** Prints what a first policy takes on a real Slurm: node tests/schedulers/measure-first-policy.cli.ts [--names 1] */
const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '100' },
    members: { type: 'string', default: '20' },
    /** In one command; as in the product where it is not given. */
    names: { type: 'string' },
  },
});
const lab = await startSlurm({ cluster: 'first', nodes: 1 });
try {
  const slurm = new CountedSlurm(lab, values.names === undefined ? undefined : Number(values.names));
  const desired = firstPolicy(Number(values.accounts), Number(values.members));
  const without = desired.map((account) => ({ ...account, members: account.members.slice(0, 1) }));
  for (const [what, wanted] of Object.entries({ come: desired, 'are blocked': without, go: without })) {
    const { failed, ...writing } = await slurm.makeSo(wanted);
    console.log(JSON.stringify({ what, ...values, ...writing, failed: failed.length }));
  }
} finally {
  await lab.close();
}
