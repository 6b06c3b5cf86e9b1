import type { Item } from './items.ts';
import { kinds, type Edge, type Listing } from './kinds.ts';
import type { Key, Kind, RecordShapes, Stored } from './records.ts';

/** A record within a unit of work: as it was read, and as it will be written. */
export interface Tracked<K extends Kind = Kind> {
  kind: K;
  key: Key;
  /** Undefined where the unit of work creates it. */
  before: RecordShapes[K] | undefined;
  after: RecordShapes[K];
  version: number;
  state: 'read' | 'touched' | 'changed' | 'removed';
  /** What the item holds beside the fields that this code knows; it is written back as it was. */
  raw: Item;
  hidden: boolean;
}

/** Records of a unit of work by idOf their keys. */
export type TrackedRecords = Map<string, Tracked>;

export const idOf = (key: Key) => `${key.pk}\n${key.sk}`;

export function isOfKind<K extends Kind>(entry: Tracked, kind: K): entry is Tracked<K> {
  return entry.kind === kind;
}

/** True where there is such a record for who reads on in the unit of work. */
export const isThere = ({ state, hidden }: Tracked) => state !== 'removed' && !hidden;

export const storedOf = <K extends Kind>({ kind, key, version, hidden, after }: Tracked<K>): Stored<K> => ({
  kind,
  key,
  version,
  hidden,
  fields: after,
});

/** Unique values and list edges of a record. */
export interface Relations {
  guards: string[];
  edges: Edge[];
  listings: Listing[];
}

const none: Relations = { guards: [], edges: [], listings: [] };

export const relationsBefore = ({ kind, before }: Tracked): Relations =>
  before ? relations(kinds[kind], before) : none;

/** A record that is hidden keeps its unique values and leaves the lists. */
export function relationsAfter({ kind, before, after, state }: Tracked): Relations {
  if (state !== 'removed') return relations(kinds[kind], after);
  return kinds[kind].kept && before ? { ...none, guards: relations(kinds[kind], after).guards } : none;
}

function relations<K extends Kind>(definition: (typeof kinds)[K], fields: RecordShapes[Kind]): Relations {
  const own = definition.schema.parse(fields);
  return {
    guards: definition.guards(own).map(({ key }) => key),
    edges: definition.edges(own),
    listings: definition.listings(own),
  };
}
