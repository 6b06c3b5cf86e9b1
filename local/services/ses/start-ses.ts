import { once } from 'node:events';
import type { Authorise } from '../../roles/role.ts';
import { createInbox } from './inbox.ts';
import { createSesFront } from './ses-front.ts';

export type SesOptions = {
  /** Without it every caller may write as anybody. */
  authorise?: Authorise;
  /** 0, the default, takes a free one. */
  port?: number;
};

export type LocalSes = {
  endpoint: string;
  /** A page that shows what was sent; it is kept in memory. */
  inbox: string;
  close: () => Promise<void>;
};

/** Starts SES on loopback. No mail leaves this machine. */
export async function startSes(options: SesOptions = {}): Promise<LocalSes> {
  const inbox = createInbox();
  const server = createSesFront(inbox, options.authorise);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The local SES has no port');
  const endpoint = `http://127.0.0.1:${String(bound.port)}`;
  return {
    endpoint,
    inbox: `${endpoint}/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await inbox.close();
    },
  };
}
