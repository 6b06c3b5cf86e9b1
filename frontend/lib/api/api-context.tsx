import { createKeystoneClient, type KeystoneClient } from '@keystone/client/client.ts';
import { createContext, use, useEffect, useState, type ReactNode } from 'react';
import { fetchWithEarlyAnswers } from './early-answers.ts';
import { createPace, type Pace } from './pace.ts';

interface Api {
  client: KeystoneClient;
  pace: Pace;
}

const ApiContext = createContext<Api | undefined>(undefined);

/** The API of the site's own origin, for every page below. */
export function ApiProvider({ children, client }: { children: ReactNode; client?: KeystoneClient }) {
  const [api] = useState<Api>(() => ({
    client: client ?? createKeystoneClient({ baseUrl: '/api', fetch: fetchWithEarlyAnswers }),
    pace: createPace(),
  }));
  useEffect(() => {
    const noteReturn = () => {
      if (document.visibilityState === 'visible') api.pace.noteChange();
    };
    document.addEventListener('visibilitychange', noteReturn);
    return () => document.removeEventListener('visibilitychange', noteReturn);
  }, [api]);
  return <ApiContext value={api}>{children}</ApiContext>;
}

function useApiContext(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi and usePace need an ApiProvider above them.');
  return api;
}

export const useApi = (): KeystoneClient => useApiContext().client;
export const usePace = (): Pace => useApiContext().pace;
