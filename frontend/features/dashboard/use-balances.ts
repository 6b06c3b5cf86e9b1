import { dataOf } from '@keystone/client/client.ts';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import { balancesOf } from '../usage/usage-queries.ts';

/** The balances of teams, kept fresh while the page is looked at. A balance that moves keeps the pace quick. */
export function useBalances(teams: readonly number[]) {
  const api = useApi();
  const pace = usePace();
  const balances = useQuery({
    queryKey: ['balances', teams],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/usage/balances/', { params: { query: balancesOf(teams) }, signal })),
    refetchInterval: pace.interval,
    enabled: teams.length > 0,
  });
  const { data } = balances;
  useEffect(() => {
    if (data) pace.noteChange();
  }, [data, pace]);
  return balances;
}
