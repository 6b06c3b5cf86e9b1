import { dataOf, type paths } from '@keystone/client/client.ts';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { ListState } from '../../lib/list/list-state.ts';
import { listedPeople } from './people-queries.ts';

/** A page of people, by name; those whose names hold what is searched for. */
export function usePeople(state: ListState) {
  const api = useApi();
  const query = listedPeople(state);
  return useQuery({
    queryKey: ['people', query],
    queryFn: ({ signal }) => dataOf(api.GET('/users/users/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export type NewPerson = NonNullable<
  paths['/users/users/']['post']['requestBody']
>['content']['application/json'];

/** A change to people; afterwards their list is read anew. */
function usePeopleChange<Input>(change: (api: ReturnType<typeof useApi>, input: Input) => Promise<unknown>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(api, input),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }),
  });
}

export const useCreatePerson = () =>
  usePeopleChange((api, body: NewPerson) => api.POST('/users/users/', { body }));

/** Lets somebody sign in and use clusters again, or stops both. */
export const useActivePerson = () =>
  usePeopleChange((api, { id, is_active }: { id: number; is_active: boolean }) =>
    api.PATCH('/users/users/{id}/', { params: { path: { id } }, body: { is_active } }),
  );
