import { runUnitOfWork, type RunOptions } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import { beginSession } from '@keystone/shared/store/sign-in/sessions.ts';
import type { UnitOfWork } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import { SESSION_TOKEN } from './api-caller.ts';

type Setting = Pick<RunOptions, 'table' | 'pause' | 'random'> & { sources: RunOptions['sources'] };

const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };

/** What is there before anybody calls the API: people (passwords take real time), a session of staff, clusters. */
export async function writeFirstRecords(setting: Setting, people: number, clusters: number) {
  const run = async <T>(work: (uow: UnitOfWork) => Promise<T>) =>
    (await runUnitOfWork({ ...setting, actor }, work)).result;
  const now = setting.sources.now().toISOString();
  const addUser = (username: string, is_staff: boolean) =>
    run((uow) =>
      uow.create('user', {
        ...{
          username,
          is_staff,
          password: '',
          first_name: null,
          last_name: null,
          email: null,
          department: null,
        },
        ...{ role: null, is_active: true, is_ldap_user: false, date_joined: now, sessions_from: now },
      }),
    );
  const staff = await addUser('staff', true);
  await beginSession(setting.table, SESSION_TOKEN, { ...staff, version: 1 }, setting.sources.now(), {
    requestToken: setting.sources.ulid(),
  });
  const users: number[] = [];
  for (let index = 0; index < people; index += 1)
    users.push((await addUser(`user${index}`, false)).fields.id);
  const ids: number[] = [];
  for (let index = 0; index < clusters; index += 1) {
    const fields = { name: `cluster${index}`, description: null, enabled: true, access_mode: 'OP' as const };
    ids.push((await run((uow) => uow.create('cluster', { ...fields, access_teams: [] }))).fields.id);
  }
  return { users, clusters: ids };
}
