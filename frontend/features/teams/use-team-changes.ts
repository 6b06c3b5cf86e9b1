import { dataOf, type KeystoneClient } from '@keystone/client/client.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { Role, Team } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';

/** A name that nobody here has. */
export class UnknownUser extends Error {
  override readonly name = 'UnknownUser';
}

async function userNamed(api: KeystoneClient, username: string): Promise<number> {
  const query = { username, _limit: 1 };
  const { results } = await dataOf(api.GET('/users/users/', { params: { query } }));
  if (!results[0]) throw new UnknownUser(strings.teams.unknownUser(username));
  return results[0].id;
}

/** A change to teams or their members; afterwards teams, and the rights of who is signed in, are read anew. */
function useTeamChange<Input>(change: (api: KeystoneClient, input: Input) => Promise<unknown>) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(api, input),
    onSuccess: () =>
      Promise.all(['teams', 'session'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

export const useCreateTeam = () =>
  useTeamChange((api, name: string) => api.POST('/users/teams/', { body: { name } }));

export const useAddMember = (team: Pick<Team, 'id'>) =>
  useTeamChange(async (api, { username, role }: { username: string; role: Role }) => {
    const user = await userNamed(api, username);
    return api.POST('/users/memberships/', { body: { team: team.id, user, role } });
  });

export const useChangeRole = () =>
  useTeamChange((api, { id, role }: { id: number; role: Role }) =>
    api.PATCH('/users/memberships/{id}/', { params: { path: { id } }, body: { role } }),
  );

export const useRemoveMember = () =>
  useTeamChange((api, id: number) => api.DELETE('/users/memberships/{id}/', { params: { path: { id } } }));
