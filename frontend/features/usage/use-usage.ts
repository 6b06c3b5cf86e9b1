import { dataOf } from '@keystone/client/client.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import type { Balance } from '../../lib/api/records.ts';
import { historyOf } from '../burn-down/burn-down.ts';
import type { AccountOfCluster } from './usage-address.ts';
import { balanceOf, daysOf } from './usage-queries.ts';

/** The balance of an account on a cluster, kept fresh; undefined data within a list where the caller sees none. */
export function useBalance(named: AccountOfCluster) {
  const api = useApi();
  const pace = usePace();
  const query = balanceOf(named);
  return useQuery({
    queryKey: ['balances', 'one', query],
    queryFn: ({ signal }) => dataOf(api.GET('/usage/balances/', { params: { query }, signal })),
    refetchInterval: pace.interval,
  });
}

/** How a balance came to be, day by day. Read anew with each balance that another use led to. */
export function useHistory(balance: Balance) {
  const api = useApi();
  const query = daysOf(balance);
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'days', query, balance.used],
    queryFn: ({ signal }) => dataOf(api.GET('/usage/days/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    // A busy account leaves one of them every few seconds.
    gcTime: 30_000,
  });
  const history = useMemo(() => data && historyOf(balance, data.results), [balance, data]);
  return { history, error, refetch };
}
