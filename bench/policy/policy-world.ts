import { addDays, dayOf } from '@keystone/shared/domain/calendar.ts';
import type { AwardedGrant } from '@keystone/shared/domain/entitlements.ts';
import { systemSources } from '@keystone/lambdas/runtime/sources.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { BenchRun } from '../figures/figure.ts';
import { enrolSender } from '../ledger/queued-usage.ts';
import { startStoreAlone, type StoreAlone } from '../stack/store-alone.ts';
import { writeRecords, type NewRecord } from '../stack/write-records.ts';

export const MEMBERS = 30;
export const ZONE = 'Europe/London';
const AWARDED = 36_000_000;

/** One cluster with so many accounts of thirty members each, and an agent that has said nothing yet. */
export interface PolicyWorld extends StoreAlone {
  cluster: number;
  accounts: number;
}

export async function openPolicyWorld(run: BenchRun, accounts: number): Promise<PolicyWorld> {
  const store = await startStoreAlone(run);
  const cluster = await enrolSender(store.control);
  await writeRecords(store.control, recordsOf(cluster, accounts));
  return { ...store, cluster, accounts };
}

type Record = NewRecord<'cluster' | 'team' | 'membership' | 'entitlement'>;

function* recordsOf(cluster: number, accounts: number): Generator<Record> {
  const open = { description: null, enabled: true, access_mode: 'OP' as const, access_teams: [] };
  yield { kind: 'cluster', fields: { id: cluster, name: 'bench', ...open } };
  for (let team = 1; team <= accounts; team++) {
    const account = accountOf(team);
    yield { kind: 'team', fields: { id: team, slug: account, name: account, is_active: true } };
    yield { kind: 'entitlement', fields: { cluster, account, team, grants: [grantOf(team, AWARDED)] } };
    for (let member = 1; member <= MEMBERS; member++)
      yield { kind: 'membership', fields: membershipOf(team, (team - 1) * MEMBERS + member) };
  }
}

export const accountOf = (team: number) => `team${String(team).padStart(5, '0')}`;

const membershipOf = (team: number, id: number) => ({
  id,
  user: id,
  team,
  username: `person${id}`,
  role: 'MB' as const,
  active: true,
});

function grantOf(id: number, awarded: number): AwardedGrant {
  const today = dayOf(Date.now() / 1000, ZONE);
  return { id, awarded, from: addDays(today, -30), until: addDays(today, 335), withdrawn: null };
}

/** Awards an account so many hours more than at first, in a transaction as the API does. */
export async function changeAward(
  table: ControlTable,
  cluster: number,
  team: number,
  hours: number,
): Promise<void> {
  const { pause, random } = systemSources;
  const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
  await runUnitOfWork({ table, actor, sources: systemSources, pause, random }, async (uow) => {
    const known = await uow.getEntitlement(cluster, accountOf(team));
    if (!known) throw new Error(`no entitlement of ${accountOf(team)}`);
    await uow.update(known, { grants: [grantOf(team, AWARDED + 3_600 * hours)] });
  });
}
