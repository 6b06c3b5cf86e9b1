import { SECONDS_PER_SERVICE_UNIT } from '@keystone/shared/domain/units.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

type Rounding = 'down' | 'up';

/**
 * Billing-seconds as service units: whole ones with thousands separators, two decimals below ten.
 *
 * @param rounding 'down' for what one has, 'up' for what one has used: nobody is shown more than there is
 */
export function formatServiceUnits(billingSeconds: number, rounding: Rounding = 'down'): string {
  const { format, units } = shown(billingSeconds, rounding);
  return format.format(units);
}

/** What was used of a limit: rounded up, and not beyond a limit, rounded down, that it does not exceed. */
export function formatUsed(used: number, limit: number): string {
  const beyond = used > limit || shown(used, 'up').units <= shown(limit, 'down').units;
  return beyond ? formatServiceUnits(used, 'up') : formatServiceUnits(limit);
}

function shown(billingSeconds: number, rounding: Rounding) {
  const round = rounding === 'down' ? Math.floor : Math.ceil;
  const units = billingSeconds / SECONDS_PER_SERVICE_UNIT;
  if (Number.isInteger(units) || Math.abs(units) >= 10)
    return { format: whole, units: unsigned(round(units)) };
  return {
    format: fine,
    units: unsigned(round((billingSeconds * 100) / SECONDS_PER_SERVICE_UNIT) / 100),
  };
}

/** Whole service units, as requests and awards carry them. */
export const formatUnits = (units: number): string => whole.format(units);

/** No "-0". */
const unsigned = (value: number) => (value === 0 ? 0 : value);

/** Service units as a person types them: digits, with or without separators between them. */
export function parseUnits(text: string): number | undefined {
  const digits = text.trim().replace(/(?<=\d)[\s,_'’](?=\d{3})/g, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
