import { KeystoneProblem } from '@keystone/client/client.ts';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

const isRefusal = (error: unknown) => error instanceof KeystoneProblem && error.status < 500;

/**
 * The cache of everything read.
 *
 * @param onSignedOut called whenever the API says that there is no session (any more)
 */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof KeystoneProblem && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        // A refusal stays one however often it is asked for.
        retry: (failures, error) => failures < 2 && !isRefusal(error),
      },
      mutations: { retry: false },
    },
  });
}
