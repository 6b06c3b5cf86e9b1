import type { Plant } from './plant.ts';

/** Every planted bug, by name. */
export const plants: readonly Plant[] = [];
