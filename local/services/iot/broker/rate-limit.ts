import type { Clock } from '../iot-options.ts';

/** Takes one unit, or says that none is left now. */
export type Take = () => boolean;

/** A bucket that holds one second's worth of units and refills evenly. */
export const perSecond = (rate: number, clock: Clock): Take => {
  let units = rate;
  let filled = clock();
  return () => {
    const now = clock();
    units = Math.min(rate, units + ((now - filled) * rate) / 1_000);
    filled = now;
    if (units < 1) return false;
    units -= 1;
    return true;
  };
};
