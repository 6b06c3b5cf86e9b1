import { describe, expect, it } from '@jest/globals';
import type { AuditEntry, Review } from '../../lib/api/records.ts';
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

const history = (entries: AuditEntry[], reviews: Review[] = []) =>
  historyOf(aRequest({ _history: entries }), reviews);

describe('the history of a request', () => {
  it('says in words what changed', () => {
    const [change] = history([
      entry({
        status: { before: 'PD', after: 'AP' },
        active: { before: null, after: '2027-01-01' },
        version: { before: 1, after: 2 },
      }),
    ]);
    expect(change).toMatchObject({ who: 'Ada', what: 'changed the request' });
    expect(change?.details).toEqual(['Status: Pending → Approved', 'First day: none → 1 Jan 2027']);
  });

  it('does not print a long text twice', () => {
    const long = 'x'.repeat(81);
    const [change] = history([entry({ description: { before: long, after: 'short' } })]);
    expect(change?.details).toEqual(['Description was rewritten']);
  });

  it('gives what the reviewer said', () => {
    const comment = { before: null, after: 'Tell us more.' };
    const made = { ...review, _history: [entry({ comment }, { action: 'create' })] };
    expect(history([], [made])[0]).toMatchObject({ what: 'approved', details: ['Tell us more.'] });
  });

  it('does not repeat the page for its creation, and names the product where nobody acted', () => {
    const [creation] = history([
      entry(
        { title: { before: null, after: 'Basis sets' } },
        { action: 'create', actor: null, _actor: null },
      ),
    ]);
    expect(creation).toMatchObject({ who: 'Keystone', what: 'sent the request', details: [] });
  });

  it('is newest first, a review above the change that it made', () => {
    const older = entry({}, { id: 9, timestamp: '2026-11-20T10:00:00Z', action: 'create' });
    expect(history([entry({}), older], [review]).map(({ key }) => key)).toEqual([
      'review-60',
      'audit-1',
      'audit-9',
    ]);
  });
});
