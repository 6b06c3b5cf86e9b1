import { reasonOf } from '../log/log.ts';
import type { Enrolment } from '../state/state-folder.ts';
import { readEnrolment, StateFolderError } from '../state/state-folder.ts';
import { spaceProblem } from '../state/folder-space.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { checkBroker } from '../enrolment/check-broker.ts';
import { checkCertificate } from '../enrolment/check-certificate.ts';
import {
  COMMON_HELP,
  commonOptions,
  readOptions,
  sameFolder,
  stateFolderOf,
  type Command,
} from './command-line.ts';
import { lookAtScheduler } from './open-scheduler.ts';

/** What was looked at, and what is wrong with it. `fatal` findings make enforcing impossible. */
interface Finding {
  level: 'ok' | 'warn' | 'fatal';
  text: string;
}

export const doctor: Command = {
  summary: 'looks at this machine and says what is wrong and how to mend it',
  help: `keystone-agent doctor [options]

Ends with 1 where enforcing is impossible, else with 0.

${COMMON_HELP}`,
  async run(args, { out }, env) {
    const values = readOptions(args, commonOptions);
    const findings = await examine(stateFolderOf(values, env), env);
    for (const { level, text } of findings) out(`${level.padEnd(6)}${text}`);
    const fatal = findings.some(({ level }) => level === 'fatal');
    out(
      fatal
        ? 'Enforcing is impossible until this is mended.'
        : `Enforcing is possible. Next: keystone-agent run --mode enforce${sameFolder(values)}`,
    );
    return fatal ? 1 : 0;
  },
};

async function examine(folder: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const enrolment = await enrolmentIn(folder);
  if ('level' in enrolment) return [enrolment];
  return [
    {
      level: 'ok',
      text: `enrolled as ${enrolment.config.thing} for cluster ${enrolment.config.cluster.name}`,
    },
    checkCertificate(enrolment.certificate, Date.now()),
    await checkBroker(enrolment),
    ...(await examineSpace(folder)),
    ...(await examineScheduler(enrolment, env)),
  ];
}

async function enrolmentIn(folder: string): Promise<Enrolment | Finding> {
  try {
    return await readEnrolment(nodeDisk(folder));
  } catch (error) {
    if (error instanceof StateFolderError) return { level: 'fatal', text: `${folder}: ${error.message}` };
    throw error;
  }
}

async function examineSpace(folder: string): Promise<Finding[]> {
  const problem = await spaceProblem(folder);
  return problem ? [{ level: 'warn', text: `${problem.code}: ${problem.detail}` }] : [];
}

async function examineScheduler({ config }: Enrolment, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    const scheduler = await lookAtScheduler(config.scheduler, env);
    const { kind, version, cluster, canEnforce, problems } = await scheduler.describe();
    const level = canEnforce ? 'warn' : 'fatal';
    return [
      {
        level: canEnforce ? 'ok' : 'fatal',
        text: `${kind} ${version}, cluster ${cluster}: ${verdict(canEnforce)}`,
      },
      ...problems.map(({ code, detail }): Finding => ({ level, text: `${code}: ${detail}` })),
    ];
  } catch (error) {
    return [{ level: 'fatal', text: `${config.scheduler.kind} can't be asked: ${reasonOf(error)}` }];
  }
}

const verdict = (canEnforce: boolean): string =>
  canEnforce ? 'it stops jobs at limits' : 'it would not stop jobs at limits';
