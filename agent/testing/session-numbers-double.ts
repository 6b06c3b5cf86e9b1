import { agentStateSchema, type AgentState } from '@keystone/shared/contracts/agent.ts';
import type { NumbersMessage } from '@keystone/shared/contracts/usage.ts';
import { config } from './builders.ts';
import type { FakeTransport } from './fake-transport.ts';

/** As large as those that the cloud takes from its clock. */
export const BEFORE_SESSIONS = 2 ** 46;

/** Gives numbers to sessions that ask, as the cloud does. */
export class SessionNumbersDouble {
  /** The last session that got some. */
  sessions = 0;
  isSilent = false;
  perSession = 1_000;
  #last = { session: '', former: 0, first: 0 };

  /** What an agent that says this is answered. */
  answer({ session }: AgentState): NumbersMessage | undefined {
    if (session === undefined || this.isSilent) return undefined;
    if (this.#last.session !== session) {
      this.sessions += 1;
      const first = BEFORE_SESSIONS + this.sessions * this.perSession;
      this.#last = { session, former: this.#last.first, first };
    }
    const { first, former } = this.#last;
    return {
      v: 1,
      session,
      numbers: { first, last: first + this.perSession - 1 },
      former,
    };
  }

  /** Answers whatever comes by a transport from now on. */
  serve(transport: FakeTransport): void {
    transport.onPublished = ({ topic, content }) => {
      const answer = topic === config.topics.state && this.answer(agentStateSchema.parse(content));
      if (answer) transport.deliver(config.topics.ack, answer);
    };
  }
}
