import { addDays, dayOf } from '@keystone/shared/domain/calendar.ts';
import * as z from 'zod';
import type { Stream } from '../core/chance.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { ApiCaller } from './api-caller.ts';

interface Award {
  readonly request: number;
  readonly allocation: number;
}

interface Team {
  readonly id: number;
  readonly slug: string;
  readonly awards: Award[];
  readonly memberships: { id: number; user: number }[];
}

export interface PeopleParts {
  readonly time: WorldTime;
  readonly chance: Stream;
  readonly api: ApiCaller;
  readonly zone: string;
  readonly clusters: readonly number[];
  /** Ids of people who may be members. */
  readonly users: readonly number[];
}

/** Service units, from nearly nothing to more than anybody uses. */
const AWARDS = [1, 3, 10, 40, 200, 2_000] as const;

/** Staff and owners, who decide and change their minds through the API. */
export class People {
  readonly #parts: PeopleParts;
  readonly teams: Team[] = [];

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** In fair weather: teams with members, and an award for each on each cluster. */
  async settleIn(teams: number): Promise<void> {
    for (let index = 0; index < teams; index += 1) {
      const slug = `team${index}`;
      const id = await this.#made('/users/teams/', { name: slug });
      const team: Team = { id, slug, awards: [], memberships: [] };
      for (const user of this.#parts.users) {
        if (this.#parts.chance.happens(0.2)) continue;
        team.memberships.push({
          id: await this.#made('/users/memberships/', { user, team: id, role: 'MB' }),
          user,
        });
      }
      this.teams.push(team);
      for (const cluster of this.#parts.clusters) await this.#award(team, cluster);
    }
  }

  /** One decision about a team, whatever it is; what came of it may stay unknown. */
  async decide(of: number): Promise<void> {
    const { chance, api, clusters } = this.#parts;
    const team = this.teams[of % this.teams.length];
    const award = chance.any(team?.awards ?? []);
    if (!team || !award) return;
    const decisions: readonly [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
      () =>
        api.call('PATCH', `/allocations/allocations/${award.allocation}/`, { awarded: chance.pick(AWARDS) }),
      () =>
        api.call('PATCH', `/allocations/allocations/${award.allocation}/`, { awarded: chance.pick(AWARDS) }),
      () => this.#award(team, chance.any(clusters) ?? 0),
      () => this.#withdraw(team, award),
      () => this.#differ(team, award),
      () => this.#differ(team, award),
      () => this.#changeMember(team),
      () => this.#changeMember(team),
      () => this.#toggle(`/users/teams/${team.id}/`, 'is_active'),
      () => this.#toggle(`/allocations/clusters/${chance.any(clusters)}/`, 'enabled'),
      () =>
        api.call('PATCH', `/allocations/requests/${award.request}/`, {
          expire: this.#day(chance.whole(1, 60)),
        }),
    ];
    // An award that could not be made is a decision that failed, not a world that did.
    await chance
      .pick(decisions)()
      .catch(() => undefined);
  }

  async #award(team: Team, cluster: number): Promise<void> {
    const { chance, api } = this.#parts;
    const request = await this.#made('/allocations/requests/', {
      title: 'Time',
      description: 'for it',
      team: team.id,
    });
    const wanted = { request, cluster, requested: 100 };
    const allocation = await this.#made('/allocations/allocations/', wanted);
    team.awards.push({ request, allocation });
    await api.call('POST', `/allocations/requests/${request}/decision/`, {
      status: 'AP',
      awards: [{ allocation, awarded: chance.pick(AWARDS) }],
      active: this.#day(chance.pick([0, 0, 0, -1, 1])),
      expire: chance.pick([null, this.#day(1), this.#day(30)]),
    });
  }

  async #withdraw({ awards }: Team, award: Award): Promise<void> {
    const { chance, api } = this.#parts;
    awards.splice(awards.indexOf(award), 1);
    if (chance.happens(0.5)) await api.call('DELETE', `/allocations/allocations/${award.allocation}/`);
    else await api.call('POST', `/allocations/requests/${award.request}/decision/`, { status: 'DC' });
  }

  /** Several people decide about one award within a moment, and not alike. */
  async #differ(team: Team, award: Award): Promise<void> {
    const { chance, api, time } = this.#parts;
    const { request, allocation } = award;
    const decision = `/allocations/requests/${request}/decision/`;
    const awarded = () => chance.pick(AWARDS);
    const deeds: readonly [() => Promise<unknown>, ...(() => Promise<unknown>)[]] = [
      () => api.call('PATCH', `/allocations/allocations/${allocation}/`, { awarded: awarded() }),
      () => api.call('POST', decision, { status: 'AP', awards: [{ allocation, awarded: awarded() }] }),
      () =>
        api.call('PATCH', `/allocations/requests/${request}/`, { expire: this.#day(chance.whole(1, 60)) }),
      () => this.#award(team, chance.any(this.#parts.clusters) ?? 0),
    ];
    const begun = Array.from({ length: chance.whole(2, 4) }, async () => {
      await time.wait(chance.between(0, 80));
      await chance.pick(deeds)();
    });
    await Promise.all(begun);
  }

  async #changeMember(team: Team): Promise<void> {
    const { chance, api } = this.#parts;
    const leaves = chance.any(team.memberships);
    if (leaves && chance.happens(0.6)) {
      await api.call('DELETE', `/users/memberships/${leaves.id}/`);
      team.memberships.splice(team.memberships.indexOf(leaves), 1);
      return;
    }
    const user = chance.any(this.#parts.users) ?? 0;
    const id = await this.#made('/users/memberships/', { user, team: team.id, role: 'MB' });
    team.memberships.push({ id, user });
  }

  /** Off, and on again for most. */
  async #toggle(path: string, field: string): Promise<void> {
    const { chance, api, time } = this.#parts;
    await api.call('PATCH', path, { [field]: false });
    await time.wait(chance.between(1_000, 600_000));
    if (chance.happens(0.8)) await api.call('PATCH', path, { [field]: true });
  }

  async #made(path: string, body: object): Promise<number> {
    const answered = await this.#parts.api.call('POST', path, body);
    if (answered?.status !== 201)
      throw new Error(
        `POST ${path} came to ${answered?.status ?? 'nothing'}: ${JSON.stringify(answered?.body)}`,
      );
    return z.object({ id: z.int() }).parse(answered.body).id;
  }

  #day(days: number): string {
    const { time, zone } = this.#parts;
    return addDays(dayOf(time.now / 1000, zone), days);
  }
}
