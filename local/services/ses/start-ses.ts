import type { Authorise } from '../../roles/role.ts';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
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
  const endpoint = await listenOnLoopback(server, options.port);
  return {
    endpoint,
    inbox: `${endpoint}/`,
    close: async () => {
      await closeServer(server);
      await inbox.close();
    },
  };
}
