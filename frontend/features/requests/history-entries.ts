import type {
  Allocation,
  AllocationRequest,
  AuditEntry,
  RequestStatus,
  Review,
} from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';

/** One thing that happened, as a person reads it. */
export interface HistoryEntry {
  key: string;
  at: string;
  who: string;
  what: string;
  details: readonly string[];
}

const words = strings.history;
const names: Readonly<Record<string, string>> = words.fields;
const statuses: Readonly<Record<string, string>> = strings.requests.status satisfies Record<
  RequestStatus,
  string
>;

/** A value in a line; `undefined` for one that has no place in a line. */
function inLine(field: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return strings.common.none;
  if (typeof value === 'string') {
    if (field === 'status') return statuses[value] ?? value;
    if (field === 'active' || field === 'expire') return formatDay(value);
    return value.length <= 80 ? value : undefined;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function changeLines({ action, changes }: AuditEntry): string[] {
  // A creation changes every field from nothing: the page above says it all.
  if (action === 'create') return [];
  return Object.entries(changes).flatMap(([field, { before, after }]) => {
    const name = names[field];
    if (!name) return [];
    const [from, to] = [inLine(field, before), inLine(field, after)];
    return [from === undefined || to === undefined ? words.rewritten(name) : words.change(name, from, to)];
  });
}

/** Something that happened, before what one step did is told as one. */
interface Happening extends HistoryEntry {
  /** Undefined where nobody did it. */
  actor: number | null;
  kind: 'review' | 'request' | 'award';
}

const happeningOf = (
  entry: AuditEntry,
  kind: 'request' | 'award',
  details: readonly string[],
): Happening => ({
  key: `${kind}-${entry.id}`,
  kind,
  actor: entry.actor,
  at: entry.timestamp,
  who: entry._actor?.display_name ?? words.system,
  what: words[entry.action],
  details,
});

const happeningOfReview = (review: Review): Happening => ({
  key: `review-${review.id}`,
  kind: 'review',
  actor: review.reviewer,
  at: review.submitted,
  who: review._reviewer.display_name,
  what: words.reviewed[review.status],
  details: commentOf(review),
});

/** What the reviewer said: part of the review as it was made, and so of its history. */
function commentOf({ _history }: Review): string[] {
  const said = _history.find(({ action }) => action === 'create')?.changes['comment']?.after;
  return typeof said === 'string' ? [said] : [];
}

/** Changes of an award; a cluster that was only asked for stands in the table above. */
const awardsOf = ({ _cluster, _history }: Allocation): Happening[] =>
  _history.flatMap((entry) => {
    const award = entry.action === 'update' ? entry.changes['awarded'] : undefined;
    if (!award) return [];
    const line = words.change(
      strings.review.award(_cluster.name),
      unitsIn(award.before),
      unitsIn(award.after),
    );
    return [happeningOf(entry, 'award', [line])];
  });

const unitsIn = (value: unknown) => (typeof value === 'number' ? formatUnits(value) : strings.common.none);

/** A decision writes review, request and awards in one transaction, within the same moment. */
const ONE_STEP_MS = 1_000;
const first: Record<Happening['kind'], number> = { review: 0, request: 1, award: 2 };

const isOneStep = (told: Happening, next: Happening) =>
  told.actor === next.actor &&
  next.kind !== 'review' &&
  next.what === words.update &&
  Math.abs(Date.parse(told.at) - Date.parse(next.at)) < ONE_STEP_MS;

export interface RequestRecords {
  request: AllocationRequest;
  reviews: readonly Review[];
  allocations: readonly Allocation[];
}

/** What happened to a request, newest first; what one decision did is told with the review that made it. */
export function historyOf({ request, reviews, allocations }: RequestRecords): HistoryEntry[] {
  const happenings = [
    ...reviews.map(happeningOfReview),
    ...request._history.map((entry) => happeningOf(entry, 'request', changeLines(entry))),
    ...allocations.flatMap(awardsOf),
  ];
  const told: Happening[] = [];
  for (const happening of happenings.sort(byKindThenNewest)) {
    const step = told.find((earlier) => isOneStep(earlier, happening));
    if (step) step.details = [...step.details, ...happening.details];
    else if (happening.details.length > 0 || happening.what !== words.update) told.push({ ...happening });
  }
  return told
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .map(({ key, at, who, what, details }) => ({ key, at, who, what, details }));
}

const byKindThenNewest = (a: Happening, b: Happening) =>
  first[a.kind] - first[b.kind] || Date.parse(b.at) - Date.parse(a.at);
