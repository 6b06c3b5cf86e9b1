import { dataOf } from '@keystone/client/client.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import type { Balance } from '../../lib/api/records.ts';
import { historyOf, MOST_PAST_DAYS, pastOf } from '../burn-down/burn-down.ts';
import type { AccountOfCluster } from './usage-address.ts';

/** The balance of an account on a cluster, kept fresh; undefined data within a list where the caller sees none. */
export function useBalance({ cluster, account }: AccountOfCluster) {
  const api = useApi();
  const pace = usePace();
  const query = { cluster, account };
  return useQuery({
    queryKey: ['balances', 'one', cluster, account],
    queryFn: ({ signal }) => dataOf(api.GET('/usage/balances/', { params: { query }, signal })),
    refetchInterval: pace.interval,
  });
}

/** How a balance came to be, day by day. Read anew with each balance that another use led to. */
export function useHistory(balance: Balance) {
  const api = useApi();
  const { cluster, account, used } = balance;
  const { from, to } = pastOf(balance);
  const query = { cluster, account, from, to, _limit: MOST_PAST_DAYS };
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', 'days', query, used],
    queryFn: ({ signal }) => dataOf(api.GET('/usage/days/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    // A busy account leaves one of them every few seconds.
    gcTime: 30_000,
  });
  const history = useMemo(() => data && historyOf(balance, data.results), [balance, data]);
  return { history, error, refetch };
}
