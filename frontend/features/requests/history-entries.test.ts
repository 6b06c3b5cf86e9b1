import { describe, expect, it } from '@jest/globals';
import type { Allocation, AuditEntry, Review } from '../../lib/api/records.ts';
import { aRequest } from '../../testing/records.ts';
import { historyOf } from './history-entries.ts';

const staff = { ...aRequest()._submitter, id: 1, username: 'ada', display_name: 'Ada' };

const entry = (changes: AuditEntry['changes'], more: Partial<AuditEntry> = {}): AuditEntry => ({
  id: 1,
  timestamp: '2026-11-21T10:00:00Z',
  action: 'update',
  actor: staff.id,
  _actor: staff,
  changes,
  ...more,
});

const review: Review = {
  id: 60,
  status: 'AP',
  submitted: '2026-11-21T10:00:00Z',
  request: 40,
  reviewer: staff.id,
  _reviewer: staff,
  _request: { id: 40, title: 'Basis sets', status: 'AP', active: null, expire: null },
  _history: [],
};

const allocation = (changes: AuditEntry['changes'], more: Partial<AuditEntry> = {}): Allocation => ({
  id: 50,
  cluster: 30,
  _cluster: { id: 30, name: 'alpha', enabled: true },
  request: 40,
  _request: review._request,
  requested: 12_000,
  awarded: 9_000,
  final: null,
  _history: [entry(changes, more)],
});

interface Given {
  entries?: AuditEntry[];
  reviews?: Review[];
  allocations?: Allocation[];
}

const history = ({ entries = [], reviews = [], allocations = [] }: Given) =>
  historyOf({ request: aRequest({ _history: entries }), reviews, allocations });

describe('the history of a request', () => {
  it('says in words what changed', () => {
    const change = entry({
      status: { before: 'PD', after: 'AP' },
      active: { before: null, after: '2027-01-01' },
      version: { before: 1, after: 2 },
    });
    expect(history({ entries: [change] })).toMatchObject([
      {
        who: 'Ada',
        what: 'changed the request',
        details: ['Status: Pending → Approved', 'First day: none → 1 Jan 2027'],
      },
    ]);
  });

  it('does not print a long text twice', () => {
    const long = 'x'.repeat(81);
    const change = entry({ description: { before: long, after: 'short' } });
    expect(history({ entries: [change] })[0]?.details).toEqual(['Description changed']);
  });

  it('gives what the reviewer said', () => {
    const comment = { before: null, after: 'Tell us more.' };
    const made = { ...review, _history: [entry({ comment }, { action: 'create' })] };
    expect(history({ reviews: [made] })).toMatchObject([{ what: 'approved', details: ['Tell us more.'] }]);
  });

  it('does not repeat the page for its creation, and names the product where nobody acted', () => {
    const title = { before: null, after: 'Basis sets' };
    const creation = entry({ title }, { action: 'create', actor: null, _actor: null });
    expect(history({ entries: [creation] })).toMatchObject([
      { who: 'Keystone', what: 'sent the request', details: [] },
    ]);
  });

  it('tells as one what one decision did', () => {
    const told = history({
      reviews: [review],
      entries: [entry({ status: { before: 'PD', after: 'AP' } }, { timestamp: '2026-11-21T10:00:00.120Z' })],
      allocations: [allocation({ awarded: { before: null, after: 9_000 } })],
    });
    expect(told).toMatchObject([
      { what: 'approved', details: ['Status: Pending → Approved', 'Award on alpha: none → 9,000'] },
    ]);
  });

  it('keeps apart what another did, or the same person at another time', () => {
    const status = { status: { before: 'PD', after: 'AP' } };
    const later = entry(status, { id: 2, timestamp: '2026-11-21T10:00:05Z' });
    const other = entry(status, { id: 3, actor: 9 });
    expect(history({ reviews: [review], entries: [later, other] })).toHaveLength(3);
  });

  it('leaves out a change that shows nothing, and clusters that were only asked for', () => {
    const asked = allocation({ requested: { before: null, after: 12_000 } }, { action: 'create' });
    expect(history({ entries: [entry({ version: { before: 1, after: 2 } })], allocations: [asked] })).toEqual(
      [],
    );
  });

  it('is newest first', () => {
    const older = entry({}, { id: 9, timestamp: '2026-11-20T10:00:00Z', action: 'create' });
    const keys = history({ entries: [older], reviews: [review] }).map(({ key }) => key);
    expect(keys).toEqual(['review-60', 'request-9']);
  });
});
