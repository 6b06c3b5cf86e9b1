/** JSON with keys in one order, so that equal content has equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

interface NamedAccount {
  account: string;
}

/** The accounts that differ between two states of a policy, as the second has them. */
export function changedAccounts<A extends NamedAccount>(before: readonly A[], after: readonly A[]): A[] {
  const known = new Map(before.map((account) => [account.account, account]));
  return after.filter((account) => {
    const standing = known.get(account.account);
    // Most are the very same object, which need not be looked into.
    return standing !== account && canonicalJson(standing) !== canonicalJson(account);
  });
}

/** The accounts after a delta, sorted by name. */
export function replaceAccounts<A extends NamedAccount>(base: readonly A[], changed: readonly A[]): A[] {
  const merged = new Map([...base, ...changed].map((account) => [account.account, account]));
  return [...merged.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
}
