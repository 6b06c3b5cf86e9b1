/** What Slurm folds to lower case, quotes or splits is refused here, before it reaches a scheduler (docs/slurm.md). */
export const accountPattern = /^[a-z][a-z0-9_-]{0,31}$/;

/** Names that a Linux machine accepts for a person. */
export const memberPattern = /^[a-z_][a-z0-9_.-]{0,31}$/;

/** Words that sacctmgr reads as keywords, and root, which every cluster owns already. */
const reserved = new Set(['root', 'where', 'set', 'none', 'all']);

/**
 * The scheduler account for a team's display name: lower case, runs of anything else become one hyphen.
 *
 * @param name the team's display name
 * @returns the slug, or undefined where nothing that a scheduler can carry is left of the name
 */
export function slugOf(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .replace(/-+$/, '');
  return isAccountName(slug) ? slug : undefined;
}

/** True where a scheduler can carry this name as an account. */
export function isAccountName(name: string): boolean {
  return accountPattern.test(name) && !reserved.has(name);
}

/** True where a cluster can carry this name as a person. */
export function isMemberName(name: string): boolean {
  return memberPattern.test(name) && !reserved.has(name);
}
