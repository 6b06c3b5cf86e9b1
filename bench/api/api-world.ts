import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import { systemSources } from '@keystone/lambdas/runtime/sources.ts';
import type { TestClient } from '@keystone/lambdas/api/testing/test-client.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { BenchRun } from '../figures/figure.ts';
import { ADMIN_PASSWORD, startBenchStack } from '../stack/bench-stack.ts';
import { CONTROL_TABLE } from '../stack/store-alone.ts';
import { deploymentOf } from './deployment-records.ts';
import { fillStore } from './fill-store.ts';
import { MeteredApi } from './metered-api.ts';

/** A deployment that grows, and who calls its API. */
export interface ApiWorld {
  control: ControlTable;
  /** Over HTTP. */
  sessions: Record<Who, ApiSession>;
  /** The same API in this process. */
  metered: Record<Who, TestClient>;
  api: MeteredApi;
  cluster: number;
  /** The member's own team, and one of its requests. */
  team: number;
  request: number;
  /** Adds records until there are so many requests, and half as many people. */
  growTo(requests: number): Promise<void>;
}

export type Who = 'staff' | 'member';

const MEMBER = 'member-of-the-bench';

/** @param requests how many there are at first */
export async function openApiWorld(run: BenchRun, requests: number): Promise<ApiWorld> {
  const stack = await startBenchStack(run);
  const control = { client: stack.dynamodb, table: CONTROL_TABLE };
  const cluster = await stack.staff.create('/allocations/clusters/', { name: 'bench' });
  let there = 0;
  const growTo = async (wanted: number) => {
    const first = await fillStore(control, deploymentOf(wanted - there), cluster);
    there = wanted;
    return first;
  };
  const { team, request } = await growTo(requests);
  const member = await stack.staff.create('/users/users/', { username: MEMBER, password: ADMIN_PASSWORD });
  await joinTeam(control, member, team);
  const api = new MeteredApi(stack.dynamodb);
  run.undo(() => api.close());
  return {
    control,
    sessions: { staff: stack.staff, member: await stack.signIn(MEMBER, ADMIN_PASSWORD) },
    metered: {
      staff: await api.signIn('admin', ADMIN_PASSWORD),
      member: await api.signIn(MEMBER, ADMIN_PASSWORD),
    },
    api,
    cluster,
    team,
    request,
    growTo: async (wanted) => void (await growTo(wanted)),
  };
}

async function joinTeam(control: ControlTable, user: number, team: number): Promise<void> {
  const { pause, random } = systemSources;
  const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
  await runUnitOfWork({ table: control, actor, sources: systemSources, pause, random }, (uow) =>
    uow.create('membership', { user, team, role: 'OW', username: MEMBER, active: true }),
  );
}
