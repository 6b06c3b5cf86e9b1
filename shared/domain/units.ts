/** Inside, usage is counted in billing-seconds; people speak of service units (hours of one billing unit). */
export const SECONDS_PER_SERVICE_UNIT = 3600;

/** Largest award of one allocation, so that sums of many stay exact integers. */
export const MAX_SERVICE_UNITS = 100_000_000_000;

/** Service units to billing-seconds. */
export function toBillingSeconds(serviceUnits: number): number {
  return serviceUnits * SECONDS_PER_SERVICE_UNIT;
}

/** Billing-seconds to whole service units, rounded down: nobody is shown more than there is. */
export function toServiceUnits(billingSeconds: number): number {
  return Math.floor(billingSeconds / SECONDS_PER_SERVICE_UNIT);
}
