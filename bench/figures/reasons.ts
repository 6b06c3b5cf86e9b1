/**
 * Why a figure misses its aim and what would close the gap, by its key (and, after a space, what it is of). The report
 * shows a reason only where the aim is missed.
 */
export const reasons: Readonly<Record<string, string>> = {};
