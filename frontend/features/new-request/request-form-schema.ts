import { MAX_SERVICE_UNITS } from '@keystone/shared/domain/units.ts';
import * as z from 'zod/mini';
import type { Cluster } from '../../lib/api/records.ts';
import { parseUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import type { RequestDraft } from './send-request.ts';

const words = strings.newRequest.errors;

const isAmount = (text: string) => {
  if (text.trim() === '') return true;
  const units = parseUnits(text);
  return units !== undefined && units <= MAX_SERVICE_UNITS;
};

/** The form as it is typed: everything is text, and an empty amount asks for nothing. */
export const requestFormSchema = z.object({
  team: z.string().check(z.minLength(1, words.team)),
  title: z.string().check(z.trim(), z.minLength(1, words.title), z.maxLength(250, words.title)),
  description: z
    .string()
    .check(z.trim(), z.minLength(1, words.description), z.maxLength(20_000, words.description)),
  amounts: z.record(z.string(), z.string().check(z.refine(isAmount, words.amount))),
});
export type RequestForm = z.infer<typeof requestFormSchema>;

/** A cluster's field in the form. Not the bare id: the form would take a number for a place in a list. */
export const amountField = (cluster: number) => `amounts.c${cluster}` as const;

/** What the form asks for, on the clusters that the chosen team may use. */
export function draftOf(form: RequestForm, clusters: readonly Pick<Cluster, 'id'>[]): RequestDraft {
  const amounts = clusters.map(({ id }) => ({
    cluster: id,
    requested: parseUnits(form.amounts[`c${id}`] ?? '') ?? 0,
  }));
  return {
    team: Number(form.team),
    title: form.title,
    description: form.description,
    amounts: amounts.filter(({ requested }) => requested > 0),
  };
}
