import type { AllocationRequest, AuditEntry, RequestStatus, Review } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
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

const entryOfAudit = (entry: AuditEntry): HistoryEntry => ({
  key: `audit-${entry.id}`,
  at: entry.timestamp,
  who: entry._actor?.display_name ?? words.system,
  what: words[entry.action],
  details: changeLines(entry),
});

const entryOfReview = (review: Review): HistoryEntry => ({
  key: `review-${review.id}`,
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

/** What happened to a request, newest first; of the same moment, the review stands above the change that it made. */
export function historyOf(request: AllocationRequest, reviews: readonly Review[]): HistoryEntry[] {
  return [...reviews.map(entryOfReview), ...request._history.map(entryOfAudit)].sort(
    (a, b) => Date.parse(b.at) - Date.parse(a.at),
  );
}
