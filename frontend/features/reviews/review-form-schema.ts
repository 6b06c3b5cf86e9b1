import { MAX_SERVICE_UNITS } from '@keystone/shared/domain/units.ts';
import { addDays } from '@keystone/shared/domain/calendar.ts';
import * as z from 'zod/mini';
import type { AllocationRequest, Decision } from '../../lib/api/records.ts';
import { parseUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';

const words = strings.review.errors;

const isAward = (text: string) => {
  const units = parseUnits(text);
  return units !== undefined && units <= MAX_SERVICE_UNITS;
};
const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);

/** The panel as it is typed. An empty end is an award without one. */
export const reviewFormSchema = z
  .object({
    awards: z.record(z.string(), z.string().check(z.refine(isAward, words.award))),
    active: z.string().check(z.refine(isDay, words.first)),
    expire: z.string().check(z.refine((text) => text === '' || isDay(text), words.until)),
    comment: z.string().check(z.maxLength(2000, words.comment)),
  })
  .check(
    z.refine(({ active, expire }) => expire === '' || expire > active, {
      path: ['expire'],
      error: words.until,
    }),
  );
export type ReviewForm = z.infer<typeof reviewFormSchema>;

/** An allocation's field in the form. Not the bare id: the form would take a number for a place in a list. */
export const awardField = (allocation: number) => `awards.a${allocation}` as const;

const DEFAULT_DAYS = 365;

/** What the panel starts with: the award as it stands, else what was asked for, from today for a year. */
export function initialReview(request: AllocationRequest, today: string): ReviewForm {
  const active = request.active ?? today;
  return {
    awards: Object.fromEntries(
      request._allocations.map(({ id, awarded, requested }) => [`a${id}`, String(awarded ?? requested)]),
    ),
    active,
    expire: request.expire ?? (request.active === null ? addDays(active, DEFAULT_DAYS) : ''),
    comment: '',
  };
}

type Award = Pick<Decision, 'status' | 'awards' | 'active' | 'expire'>;

/** The approval that the form speaks of, without the comment: what changes a balance. */
export function awardOf(form: ReviewForm, request: Pick<AllocationRequest, '_allocations'>): Award {
  return {
    status: 'AP',
    awards: request._allocations.map(({ id }) => ({
      allocation: id,
      awarded: parseUnits(form.awards[`a${id}`] ?? '') ?? 0,
    })),
    active: form.active,
    expire: form.expire === '' ? null : form.expire,
  };
}

const commentOf = ({ comment }: ReviewForm) => (comment.trim() === '' ? {} : { comment: comment.trim() });

/** The body that approves what the form says. */
export const approvalOf = (form: ReviewForm, request: AllocationRequest): Decision => ({
  ...awardOf(form, request),
  ...commentOf(form),
});

/** The body that declines, withdraws or asks for changes: figures and days stay as they are. */
export const refusalOf = (status: 'DC' | 'CR', form: ReviewForm): Decision => ({
  status,
  ...commentOf(form),
});
