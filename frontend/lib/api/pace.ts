const QUICK_MS = 2_000;
const CALM_MS = 5_000;
const QUICK_FOR_MS = 120_000;

/** How often a page asks anew: quickly while something was just opened or changed, calmly after. */
export interface Pace {
  noteChange(): void;
  interval(): number;
}

export function createPace(now: () => number = Date.now): Pace {
  let changed = now();
  return {
    noteChange: () => {
      changed = now();
    },
    interval: () => (now() - changed < QUICK_FOR_MS ? QUICK_MS : CALM_MS),
  };
}
