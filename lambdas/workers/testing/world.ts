import type { AwardedGrant } from '@keystone/shared/domain/entitlements.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { TestSources } from '@keystone/shared/store/testing/test-sources.ts';
import type { UnitOfWork } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';

/** Writes people's decisions as the API does: in units of work. */
export function world(table: ControlTable, sources: TestSources) {
  const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
  const { pause, random } = sources;
  const run = async <T>(work: (uow: UnitOfWork) => Promise<T>) =>
    (await runUnitOfWork({ table, actor, sources, pause, random }, work)).result;

  return {
    run,
    addCluster: (overrides: Partial<RecordShapes['cluster']> = {}) =>
      run(async (uow) => {
        const cluster = await uow.create('cluster', {
          name: `cluster-${sources.ulid()}`,
          description: null,
          enabled: true,
          access_mode: 'OP',
          access_teams: [],
          ...overrides,
        });
        return cluster.fields.id;
      }),
    addTeam: (slug: string) =>
      run(async (uow) => (await uow.create('team', { slug, name: slug, is_active: true })).fields.id),
    addMember: (team: number, username: string, active = true) =>
      run(async (uow) => {
        const user = Number(sources.ulid());
        const membership = { user, team, username, active, role: 'MB' as const };
        return (await uow.create('membership', membership)).fields.id;
      }),
    change: <K extends 'cluster' | 'team' | 'membership'>(
      kind: K,
      id: number,
      patch: Partial<RecordShapes[K]>,
    ) =>
      run(async (uow) => {
        const record = await uow.get(kind, id);
        if (!record) throw new Error(`no ${kind} ${id}`);
        await uow.update(record, patch);
      }),
    award: (cluster: number, account: string, team: number, grants: AwardedGrant[]) =>
      run(async (uow) => {
        const known = await uow.getEntitlement(cluster, account);
        if (known) await uow.update(known, { grants });
        else await uow.createEntitlement({ cluster, account, team, grants });
      }),
  };
}
export type World = ReturnType<typeof world>;

export const grant = (overrides: Partial<AwardedGrant> = {}): AwardedGrant => ({
  id: 1,
  awarded: 36_000,
  from: '2026-11-01',
  until: '2027-11-01',
  withdrawn: null,
  ...overrides,
});
