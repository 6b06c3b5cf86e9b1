/** Whose balance, and where. */
export interface AccountOfCluster {
  cluster: number;
  account: string;
}

export function usageAddress({ cluster, account }: AccountOfCluster): string {
  return `/usage/?${new URLSearchParams({ cluster: String(cluster), account })}`;
}

/** What an address names; undefined where it names no account of a cluster. */
export function readUsageAddress(query: Readonly<Record<string, unknown>>): AccountOfCluster | undefined {
  const { cluster, account } = query;
  const id = Number(cluster);
  if (!Number.isSafeInteger(id) || id < 1 || typeof account !== 'string' || account === '') return undefined;
  return { cluster: id, account };
}
