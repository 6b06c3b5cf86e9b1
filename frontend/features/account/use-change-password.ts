import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { User } from '../../lib/api/records.ts';

/** Gives a person another password. It ends every session of theirs but this one, which goes on under new cookies. */
export function useChangePassword({ id }: Pick<User, 'id'>) {
  const api = useApi();
  return useMutation({
    mutationFn: (password: string) =>
      api.PATCH('/users/users/{id}/', { params: { path: { id } }, body: { password } }),
    // A password has no business in a cache.
    gcTime: 0,
  });
}
