import { closeServer } from '../loopback-server.ts';

/** The mail server whose inbox one can look into, started when it is first asked for: to load it takes seconds. */
export type Inbox = {
  /** Passes a request on to it. */
  ask: (
    path: string,
    request: { method: string; headers?: Record<string, string>; body?: string },
  ) => Promise<Response>;
  close: () => Promise<void>;
};

const answerMs = 15_000;

export function createInbox(): Inbox {
  let started: ReturnType<typeof start> | undefined;
  return {
    ask: async (path, request) => {
      const { address } = await (started ??= start());
      return fetch(address + path, { ...request, signal: AbortSignal.timeout(answerMs) });
    },
    close: async () => {
      const server = (await started)?.server;
      if (server) await closeServer(server);
    },
  };
}

async function start() {
  const { default: module } = await import('aws-ses-v2-local');
  const server = await module.default({ host: '127.0.0.1', port: 0 });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The inbox of the local SES has no port');
  return { server, address: `http://127.0.0.1:${String(bound.port)}` };
}
