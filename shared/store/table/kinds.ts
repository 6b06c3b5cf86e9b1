import type * as z from 'zod';
import * as records from './records.ts';
import type { Key, Kind, RecordShapes } from './records.ts';

/** An item under another record's key that bounds a list: read strongly consistently, it shows a write at once. */
export interface Edge extends Key {
  /** What a reader of the list needs without opening each record. */
  attributes?: Record<string, string | number | boolean>;
}

/** A child in the item that holds all children of a kind of its parent. */
export interface Listing {
  list: Key;
  child: number;
  attributes: NonNullable<Edge['attributes']>;
}

export interface KindDefinition<K extends Kind> {
  schema: z.ZodType<RecordShapes[K]>;
  /** Name in audit entries and addresses. */
  label: string;
  key(fields: RecordShapes[K]): Key;
  /** Values that no two records share, as the guard's key (without `U#`). */
  guards(fields: RecordShapes[K]): { key: string; field: string }[];
  edges(fields: RecordShapes[K]): Edge[];
  /** Where a parent's list is one item: of parents with few children, whose lists are then read in one batch. */
  listings(fields: RecordShapes[K]): Listing[];
  /** Sort value in the staff-wide index, or undefined where the kind has no such list. */
  listed(fields: RecordShapes[K]): string | undefined;
  /** True where a deletion hides the record (it has history that outlives it) and keeps its guards. */
  kept: boolean;
  /** True where its history holds what happened beside its own fields (`note`), so that the record can't name its entries. */
  noted: boolean;
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

/** The item that holds a record's children of a kind. */
export const childListKey = (parent: NumberedKind, id: number, child: NumberedKind): Key => ({
  pk: `${prefixes[parent]}#${id}`,
  sk: `L#${prefixes[child]}`,
});

/** Parents of children that lie in one item. */
const listParents: Partial<Record<NumberedKind, NumberedKind>> = {
  membership: 'user',
  allocation: 'request',
};
export const isListed = (parent: NumberedKind, child: NumberedKind) => listParents[child] === parent;

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
    listings: () => [],
    listed: byId,
    kept: true,
    noted: false,
    secret: ['password'],
  },
  team: {
    schema: records.teamRecordSchema,
    label: 'team',
    key: (team) => keyOf('team', team.id),
    guards: (team) => [{ key: guardKeys.slug(team.slug), field: 'name' }],
    edges: () => [],
    listings: () => [],
    listed: byId,
    kept: true,
    noted: false,
    secret: [],
  },
  membership: {
    schema: records.membershipRecordSchema,
    label: 'membership',
    key: (membership) => keyOf('membership', membership.id),
    guards: ({ user, team }) => [{ key: guardKeys.membership(user, team), field: 'user' }],
    edges: ({ id, user, team, username, role, active }) => [
      edge('team', team, 'membership', id, { user, username, role, active }),
    ],
    listings: ({ id, user, team, role }) => [
      { list: childListKey('user', user, 'membership'), child: id, attributes: { team, role } },
    ],
    listed: byId,
    kept: false,
    noted: false,
    secret: [],
  },
  cluster: {
    schema: records.clusterRecordSchema,
    label: 'cluster',
    key: (cluster) => keyOf('cluster', cluster.id),
    guards: (cluster) => [{ key: guardKeys.clusterName(cluster.name), field: 'name' }],
    edges: () => [],
    listings: () => [],
    listed: byId,
    kept: true,
    noted: true,
    secret: [],
  },
  request: {
    schema: records.requestRecordSchema,
    label: 'request',
    key: (request) => keyOf('request', request.id),
    guards: () => [],
    edges: ({ id, team }) => [edge('team', team, 'request', id)],
    listings: () => [],
    listed: byId,
    kept: true,
    noted: false,
    secret: [],
  },
  allocation: {
    schema: records.allocationRecordSchema,
    label: 'allocation',
    key: (allocation) => keyOf('allocation', allocation.id),
    guards: () => [],
    edges: ({ id, team }) => [edge('team', team, 'allocation', id)],
    listings: ({ id, request }) => [
      { list: childListKey('request', request, 'allocation'), child: id, attributes: {} },
    ],
    listed: byId,
    kept: true,
    noted: false,
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
    listings: () => [],
    listed: byId,
    kept: false,
    noted: false,
    secret: [],
  },
  entitlement: {
    schema: records.entitlementRecordSchema,
    label: 'entitlement',
    key: ({ cluster, account }) => entitlementKey(cluster, account),
    guards: () => [],
    edges: ({ cluster, team }) => [{ pk: `TEAM#${team}`, sk: `ENT#${padded(cluster)}` }],
    listings: () => [],
    listed: () => undefined,
    kept: true,
    noted: false,
    secret: [],
  },
};
