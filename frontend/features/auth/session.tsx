import { dataOf, KeystoneProblem, type KeystoneClient } from '@keystone/client/client.ts';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/router';
import { createContext, use, type ReactNode } from 'react';
import { useApi } from '../../lib/api/api-context.tsx';
import type { User } from '../../lib/api/records.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';

export const sessionQuery = (api: KeystoneClient) =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => dataOf(api.GET('/authentication/whoami/', { signal })),
    staleTime: 30_000,
  });

export const useSession = () => useQuery(sessionQuery(useApi()));

const UserContext = createContext<User | undefined>(undefined);

interface SignedInProps {
  /** Shown until it is known who is signed in. */
  loading: ReactNode;
  children: ReactNode;
}

/** Shows what is below to whoever is signed in; the query cache sends everybody else to the sign-in page. */
export function SignedIn({ loading, children }: SignedInProps) {
  const { data, error, refetch } = useSession();
  if (data) return <UserContext value={data}>{children}</UserContext>;
  const signedOut = error instanceof KeystoneProblem && error.status === 401;
  if (error && !signedOut) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  return loading;
}

/** The person who is signed in. */
export function useUser(): User {
  const user = use(UserContext);
  if (!user) throw new Error('useUser needs <SignedIn> above it.');
  return user;
}

/** Shows what is below to staff, and something else to everybody else. */
export function ForStaff({ children, otherwise }: { children: ReactNode; otherwise?: ReactNode }) {
  const { data } = useSession();
  if (!data) return null;
  return data.is_staff ? children : otherwise;
}

/** Ends the session and forgets all that was read under it. */
export function useSignOut() {
  const api = useApi();
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => api.POST('/authentication/logout/'),
    onSettled: async (_answer, error) => {
      // Signed out already counts as done.
      if (error && !(error instanceof KeystoneProblem && error.status === 401)) return;
      await router.replace('/sign-in/');
      queries.clear();
    },
  });
}
