import { describe, expect, it } from '@jest/globals';
import { aRequest } from '../../testing/records.ts';
import { approvalOf, initialReview, refusalOf, reviewFormSchema } from './review-form-schema.ts';

const today = '2026-11-24';
const [allocation] = aRequest()._allocations;
const approved = aRequest({
  status: 'AP',
  active: '2026-01-01',
  expire: null,
  _allocations: allocation ? [{ ...allocation, awarded: 9_000 }] : [],
});

describe('the review panel', () => {
  it('starts a review with what was asked for, from today for a year', () => {
    expect(initialReview(aRequest(), today)).toEqual({
      awards: { a50: '12000' },
      active: '2026-11-24',
      expire: '2027-11-24',
      comment: '',
    });
  });

  it('starts an amendment with the award as it stands', () => {
    expect(initialReview(approved, today)).toMatchObject({
      awards: { a50: '9000' },
      active: '2026-01-01',
      expire: '',
    });
  });

  it('approves what is typed, and sends no empty comment', () => {
    const form = { awards: { a50: '10,000' }, active: '2027-01-01', expire: '', comment: '  ' };
    expect(approvalOf(form, aRequest())).toEqual({
      status: 'AP',
      awards: [{ allocation: 50, awarded: 10_000 }],
      active: '2027-01-01',
      expire: null,
    });
  });

  it('refuses without touching figures and days', () => {
    const form = { ...initialReview(aRequest(), today), comment: ' Say more. ' };
    expect(refusalOf('CR', form)).toEqual({ status: 'CR', comment: 'Say more.' });
  });

  it.each([
    ['an award that is no number', { awards: { a50: '' } }],
    ['an award of a part', { awards: { a50: '1.5' } }],
    ['no first day', { active: '' }],
    ['an end on the first day', { expire: '2026-11-24' }],
    ['an end before the first day', { expire: '2026-11-23' }],
    ['a comment too long', { comment: 'x'.repeat(2001) }],
  ])('does not take %s', (_what, change) => {
    const form = initialReview(aRequest(), today);
    expect(reviewFormSchema.safeParse(form).success).toBe(true);
    expect(reviewFormSchema.safeParse({ ...form, ...change }).success).toBe(false);
  });
});
