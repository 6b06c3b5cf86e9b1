/** What billing reads of a run, times in Unix seconds. */
export interface BilledRun {
  submit: number;
  start: number | null;
  end: number;
  /** Seconds that the scheduler counted from `start` on, without what the run was suspended after `submit`. */
  elapsed: number;
  allocTres: string;
}

/** A run whose charge can't be told; it is kept aside for a person to look at, never taken for zero. */
export class UnbillableRunError extends Error {
  override name = 'UnbillableRunError';
}

/**
 * The billing TRES of a run.
 *
 * @param allocTres `billing=8,cpu=4,mem=400M,node=1`
 * @returns the figure, or undefined where the list has none
 * @throws UnbillableRunError where it is no number
 */
export function billingTres(allocTres: string): number | undefined {
  const entry = allocTres.split(',').find((part) => part.startsWith('billing='));
  if (entry === undefined) return undefined;
  const figure = entry.slice('billing='.length);
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(figure))
    throw new UnbillableRunError(`billing TRES "${figure}" is not a number`);
  return Number(figure);
}

/** No run is believed to have used more: sums would no longer be exact. */
const MOST_SECONDS = 10_000_000_000_000;

/**
 * The charge of one run in billing-seconds: time times billing TRES, rounded once, to the nearest whole. It is what
 * "equals sacct" means.
 *
 * A job that was resized goes on in a row whose Start is the original start and whose Submit is the moment of the
 * resize, and its elapsed time counts from the start again; so time before Submit belongs to the row before, suspended or
 * not. What the job was suspended after Submit is not in `elapsed` (measured on Slurm 22.05, docs/slurm.md).
 *
 * @throws UnbillableRunError where the run took time and the scheduler named no billing TRES, or where the charge is not
 *   plausible
 */
export function billableSeconds(run: BilledRun): number {
  if (run.start === null || run.elapsed === 0) return 0;
  const billing = billingTres(run.allocTres);
  if (billing === undefined)
    throw new UnbillableRunError('the run took time but its TRES name no billing figure');
  const seconds = Math.round(ownSeconds(run, run.start) * billing);
  if (seconds > MOST_SECONDS)
    throw new UnbillableRunError(`a charge of ${seconds} billing-seconds is not plausible`);
  return seconds;
}

function ownSeconds(run: BilledRun, start: number): number {
  return Math.max(0, run.elapsed - Math.max(0, run.submit - start));
}
