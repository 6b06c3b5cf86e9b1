/** Where things lie in the one LevelDB. The first three are dynalite's own; the rest is ours. */
export const itemPrefix = (table: string) => `item-${table}~`;
export const indexPrefix = (kind: string, table: string, index: string) =>
  `index-${kind.toLowerCase()}~${table}~${index}~`;
export const tablePrefix = 'table~';
export const settingsPrefix = 'keystone-settings~';
export const tokenPrefix = 'keystone-token~';
export const lagPrefix = 'keystone-lag~';

/** All keys under a prefix. Every key goes on in ASCII, so that `\xff` is past the last. */
export const under = (prefix: string) => ({ gte: prefix, lt: `${prefix}\xff` });
