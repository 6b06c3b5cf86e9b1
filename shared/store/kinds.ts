import type * as z from 'zod';
import * as records from './records.ts';
import type { Key, Kind, RecordShapes } from './records.ts';

/** An item under another record's key that bounds a list: read strongly consistently, it shows a write at once. */
export interface Edge extends Key {
  /** What a reader of the list needs without opening each record. */
  attributes?: Record<string, string | number | boolean>;
}

export interface KindDefinition<K extends Kind> {
  schema: z.ZodType<RecordShapes[K]>;
  /** Name in audit entries and addresses. */
  label: string;
  key(fields: RecordShapes[K]): Key;
  /** Values that no two records share, as the guard's key (without `U#`). */
  guards(fields: RecordShapes[K]): { key: string; field: string }[];
  edges(fields: RecordShapes[K]): Edge[];
  /** Sort value in the staff-wide index, or undefined where the kind has no such list. */
  listed(fields: RecordShapes[K]): string | undefined;
  /** True where a deletion hides the record (it has history that outlives it) and keeps its guards. */
  kept: boolean;
  /** Fields whose values no audit entry may hold. */
  secret: readonly string[];
}

export const padded = (id: number) => String(id).padStart(10, '0');

export const prefixes = {
  user: 'USR',
  team: 'TEAM',
  membership: 'MEM',
  cluster: 'CL',
  request: 'REQ',
  allocation: 'ALC',
  review: 'REV',
} as const satisfies Partial<Record<Kind, string>>;
/** Kinds whose records have an id of their own. */
export type NumberedKind = keyof typeof prefixes;

export const keyOf = (kind: NumberedKind, id: number): Key => ({ pk: `${prefixes[kind]}#${id}`, sk: 'A' });
export const entitlementKey = (cluster: number, account: string): Key => ({
  pk: `CL#${cluster}`,
  sk: `ENT#${account}`,
});

const byId = (fields: { id: number }) => padded(fields.id);
const edge = (
  kind: NumberedKind,
  id: number,
  of: NumberedKind,
  child: number,
  attributes?: Edge['attributes'],
): Edge => ({
  pk: `${prefixes[kind]}#${id}`,
  sk: `${prefixes[of]}#${padded(child)}`,
  ...(attributes && { attributes }),
});

export const guardKeys = {
  username: (username: string) => `user.username#${username.toLowerCase()}`,
  slug: (slug: string) => `team.slug#${slug}`,
  membership: (user: number, team: number) => `membership#${user}#${team}`,
  clusterName: (name: string) => `cluster.name#${name.toLowerCase()}`,
};

export const kinds: { [K in Kind]: KindDefinition<K> } = {
  user: {
    schema: records.userRecordSchema,
    label: 'user',
    key: (user) => keyOf('user', user.id),
    guards: (user) => [{ key: guardKeys.username(user.username), field: 'username' }],
    edges: () => [],
    listed: byId,
    kept: true,
    secret: ['password'],
  },
  team: {
    schema: records.teamRecordSchema,
    label: 'team',
    key: (team) => keyOf('team', team.id),
    guards: (team) => [{ key: guardKeys.slug(team.slug), field: 'name' }],
    edges: () => [],
    listed: byId,
    kept: true,
    secret: [],
  },
  membership: {
    schema: records.membershipRecordSchema,
    label: 'membership',
    key: (membership) => keyOf('membership', membership.id),
    guards: ({ user, team }) => [{ key: guardKeys.membership(user, team), field: 'user' }],
    edges: ({ id, user, team, username, role, active }) => [
      edge('team', team, 'membership', id, { user, username, role, active }),
      edge('user', user, 'membership', id, { team, role }),
    ],
    listed: byId,
    kept: false,
    secret: [],
  },
  cluster: {
    schema: records.clusterRecordSchema,
    label: 'cluster',
    key: (cluster) => keyOf('cluster', cluster.id),
    guards: (cluster) => [{ key: guardKeys.clusterName(cluster.name), field: 'name' }],
    edges: () => [],
    listed: byId,
    kept: true,
    secret: [],
  },
  request: {
    schema: records.requestRecordSchema,
    label: 'request',
    key: (request) => keyOf('request', request.id),
    guards: () => [],
    edges: ({ id, team }) => [edge('team', team, 'request', id)],
    listed: byId,
    kept: true,
    secret: [],
  },
  allocation: {
    schema: records.allocationRecordSchema,
    label: 'allocation',
    key: (allocation) => keyOf('allocation', allocation.id),
    guards: () => [],
    edges: ({ id, request, team }) => [
      edge('request', request, 'allocation', id),
      edge('team', team, 'allocation', id),
    ],
    listed: byId,
    kept: true,
    secret: [],
  },
  review: {
    schema: records.reviewRecordSchema,
    label: 'review',
    key: (review) => keyOf('review', review.id),
    guards: () => [],
    edges: ({ id, request, team }) => [
      edge('request', request, 'review', id),
      edge('team', team, 'review', id),
    ],
    listed: byId,
    kept: false,
    secret: [],
  },
  entitlement: {
    schema: records.entitlementRecordSchema,
    label: 'entitlement',
    key: ({ cluster, account }) => entitlementKey(cluster, account),
    guards: () => [],
    edges: ({ cluster, team }) => [{ pk: `TEAM#${team}`, sk: `ENT#${padded(cluster)}` }],
    listed: () => undefined,
    kept: true,
    secret: [],
  },
};
