import { policySchema } from '@keystone/shared/contracts/policy.ts';
import { isMemberName } from '@keystone/shared/domain/names.ts';
import { prefixes } from '@keystone/shared/store/table/kinds.ts';
import { gunzipSync } from 'node:zlib';
import type { WorldTime } from '../core/world-time.ts';
import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

/** A build lasts a minute at most, and its last write may take effect another minute after it was given up. */
const BUILD_MS = 150_000;

const EDGE = `${prefixes.membership}#`;

/** When somebody became a member of a team and, where they did, when they left. */
interface Stay {
  readonly user: string;
  readonly from: number;
  until: number;
}

/** Each policy that becomes a head names as members those who were in the team while it was built, and nobody else. */
export class PolicyWatch {
  readonly #time: WorldTime;
  readonly #violations: Violations;
  readonly #teams = new Map<string, string>();
  readonly #stays = new Map<string, Stay[]>();

  constructor(time: WorldTime, violations: Violations) {
    this.#time = time;
    this.#violations = violations;
  }

  commit(changes: readonly ItemChange[]): void {
    for (const change of changes) this.#note(change);
    const head = changes.find(({ pk, sk }) => sk === 'HEAD' && pk.endsWith('#POLICY'));
    if (!head) return;
    const parts = changes.flatMap(({ pk, sk, after }) =>
      pk === head.pk && sk.startsWith('P#') ? [after?.['data']?.B ?? Buffer.alloc(0)] : [],
    );
    // A build that came to what stood already says so in the head alone.
    if (parts.length === 0) return;
    const { accounts } = policySchema.parse(JSON.parse(gunzipSync(Buffer.concat(parts)).toString('utf8')));
    for (const { account, members } of accounts) this.#check(head.pk, account, new Set(members));
  }

  /** Who was a member by the table before left, and who is by this one came. */
  restored(items: readonly Item[]): void {
    for (const stays of this.#stays.values())
      for (const stay of stays) stay.until = Math.min(stay.until, this.#time.now);
    for (const after of items) {
      const [pk, sk] = [String(after['pk']?.S), String(after['sk']?.S)];
      this.#note({ table: '', pk, sk, before: undefined, after });
    }
  }

  #note({ pk, sk, before, after }: ItemChange): void {
    if (!pk.startsWith(`${prefixes.team}#`)) return;
    const slug = after?.['slug']?.S;
    if (sk === 'A' && slug !== undefined) this.#teams.set(slug, pk);
    if (!sk.startsWith(EDGE)) return;
    const stays = this.#stays.get(pk) ?? [];
    this.#stays.set(pk, stays);
    const user = (after ?? before)?.['username']?.S ?? '';
    const isMember = after?.['active']?.BOOL === true && isMemberName(user);
    const last = stays.findLast((stay) => stay.user === user);
    const isIn = last?.until === Infinity;
    if (isMember && !isIn) stays.push({ user, from: this.#time.now, until: Infinity });
    else if (!isMember && isIn) last.until = this.#time.now;
  }

  #check(policy: string, account: string, members: ReadonlySet<string>): void {
    const stays = this.#stays.get(this.#teams.get(account) ?? '') ?? [];
    const since = this.#time.now - BUILD_MS;
    const recent = new Set(stays.filter(({ until }) => until >= since).map(({ user }) => user));
    const settled = stays.filter(({ from, until }) => from < since && until === Infinity);
    const missing = settled.filter(({ user }) => !members.has(user)).map(({ user }) => user);
    const strange = [...members].filter((user) => !recent.has(user));
    if (missing.length + strange.length === 0) return;
    this.#violations.add(
      'a policy names the members of the team',
      `${policy} ${account}: missing are ${missing.join() || 'none'}, no members are ${strange.join() || 'none'}`,
    );
  }
}
