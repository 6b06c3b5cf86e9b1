import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createRoleCheck, type RoleCheck } from '../roles/role-check.ts';
import { deploy, type Deployment } from '../template/deployment.ts';
import { readAssembly } from '../template/assembly.ts';
import { buildSite, synthesise } from './builds.ts';
import { writeConnection } from './connection-file.ts';
import { readEventSources, startPoller } from './events/event-sources.ts';
import { readSchedules, startSchedules } from './events/schedules.ts';
import { readFunctions, readRoles, type FunctionSpec } from './functions/function-specs.ts';
import { PortError, startServer } from './http/server.ts';
import { RunningFunctions } from './running-functions.ts';
import { startServices, type Faults, type Services } from './services.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';

export interface StackOptions {
  /** Folder for the stack's state, absolute. */
  state: string;
  /** 0 takes a free one. */
  port: number;
  reset?: boolean;
  /** False: the API alone, without building the site. */
  site?: boolean;
  /** Folder for builds that stacks share; the state folder unless given. */
  buildCache?: string;
  faults?: Partial<Faults>;
  /** Folder of an app that is synthesised already; made from the sources unless given. */
  assembly?: string;
  /** Progress, for a person. */
  say?: (line: string) => void;
}

export interface Stack {
  /** http://127.0.0.1:PORT */
  url: string;
  services: Services;
  state: StateFolder;
  roleCheck: RoleCheck;
  /** Calls a function by its name in the template, `keystone-local-first-admin`. */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Ends all that was started, in order: what comes in first, state last. */
  close(): Promise<void>;
}

/**
 * Runs the app on this machine as its template says.
 *
 * @throws StateFolderError, PortError, TemplateError: one line each that says what to do
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const say = options.say ?? (() => undefined);
  const state = openStateFolder(options.state, options.reset ?? false);
  const undo: (() => Promise<unknown> | undefined)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
    state.release();
  };
  try {
    const log = (line: string) =>
      appendFileSync(state.in('logs/stack.log'), `${new Date().toISOString()} ${line}\n`);
    const builds = { cache: options.buildCache ?? state.path, log: say };
    // One after the other: together they would only take turns on a small machine.
    const assembly = readAssembly(options.assembly ?? (await synthesise(builds)));
    const site = options.site === false ? undefined : await buildSite(builds);
    const { services, deployment, roleCheck, specs } = await startResources(
      assembly,
      state,
      { ...noFaults, ...options.faults },
      log,
    );
    undo.push(() => services.close());
    undo.push(() => writeUnusedRights(state, roleCheck));
    const forget = writeConnection(state, services, specs);
    undo.push(() => Promise.resolve(forget()));

    const functions = new RunningFunctions({
      specs,
      endpoints: services.endpoints,
      logFolder: state.in('logs'),
    });
    undo.push(() => functions.close());
    undo.push(startEvents(deployment, { functions, services, state, specs, log }));
    for (const name of ['api', 'sign-in'])
      [...functions.pools.values()].find(({ spec }) => spec.name === `keystone-local-${name}`)?.warm();

    const server = await startServer({ port: options.port, deployment, site, pools: functions.pools, log });
    undo.push(
      () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    );
    return {
      url: `http://127.0.0.1:${portOf(server.address())}`,
      services,
      state,
      roleCheck,
      invoke: (name, event) => functions.invoke(name, event),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the roles allow and no call of this run needed: candidates for narrower roles. */
async function writeUnusedRights(state: StateFolder, roleCheck: RoleCheck): Promise<void> {
  await writeFile(state.in('roles-unused.json'), JSON.stringify(roleCheck.unusedGrants(), null, 2));
}

const noFaults: Faults = { indexDelayMs: 0, conflictRate: 0 };

async function startResources(
  assembly: ReturnType<typeof readAssembly>,
  state: StateFolder,
  faults: Faults,
  log: (line: string) => void,
) {
  const planned = deploy(assembly, {});
  const roleCheck = createRoleCheck(readRoles(planned, readFunctions(planned)));
  const services = await startServices({
    folder: state.path,
    deployment: planned,
    authorise: roleCheck.authorise,
    faults,
    log,
  });
  // The broker's authority is made by the broker, and functions are told of it as a parameter of the template.
  const deployment = deploy(assembly, { BrokerCa: services.brokerCa });
  return { services, deployment, roleCheck, specs: readFunctions(deployment) };
}

interface EventParts {
  functions: RunningFunctions;
  services: Services;
  state: StateFolder;
  specs: readonly FunctionSpec[];
  log: (line: string) => void;
}

function startEvents(
  deployment: Deployment,
  { functions, services, state, specs, log }: EventParts,
): () => Promise<void> {
  const invoke = (name: string, event: unknown) => functions.invoke(name, event);
  const pollers = readEventSources(deployment).flatMap((source) => {
    const key = specs.find(({ arn }) => arn === source.functionArn)?.accessKeyId ?? '';
    const client = services.sqsFor(key);
    return [0, 1].map(() =>
      startPoller({ source, client, invoke: (event) => invoke(source.functionArn, event), log }),
    );
  });
  const stopSchedules = startSchedules({
    specs: readSchedules(deployment),
    file: state.in('schedules.json'),
    invoke,
    log,
  });
  return async () => {
    await Promise.all([...pollers.map((stop) => stop()), stopSchedules()]);
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new PortError('the server has no port');
  return address.port;
}
