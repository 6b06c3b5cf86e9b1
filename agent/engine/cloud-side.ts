import { gzipSync } from 'node:zlib';
import { ackMessageSchema } from '@keystone/shared/contracts/usage.ts';
import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { Policy } from '@keystone/shared/contracts/policy.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf } from '../log/log.ts';
import { PolicyIntake } from '../policy/policy-intake.ts';
import type { PolicyStore } from '../policy/policy-store.ts';
import { versionText, type HeldPolicy } from '../policy/policy-versions.ts';
import type { Spool } from '../spool/spool.ts';
import { CloudLink } from '../transport/cloud-link.ts';
import { BROKER_PACE, createPacer } from '../transport/pacing.ts';
import type { Session } from '../transport/transport.ts';
import { UsageSender } from '../transport/usage-sender.ts';
import type { AgentDeps } from './agent-deps.ts';
import type { Problems } from './problems.ts';
import { SessionNumbers } from './session-numbers.ts';

export interface CloudSideDeps extends AgentDeps {
  store: PolicyStore;
  spool: Spool;
  problems: Problems;
  onPolicy: (policy: HeldPolicy) => void;
  /** The cloud should hear how the agent stands. */
  onReportDue: () => void;
  /** All rows are to be read, and sent, once more. */
  onOthersSpoke: () => Promise<void>;
  /** So are they, and figures that stand at this segment are to come forward once that is done. */
  onFiguresBehind: (segment: number) => Promise<void>;
}

/**
 * The cloud sends the whole policy to an agent that reports an older one. After a policy that can't be used it is told
 * once in this time, so that the two do not go round in a circle.
 */
const ASK_AGAIN_MS = 60_000;

/** What the agent has to do with the cloud: policy and acknowledgements come down, usage and state go up. */
export class CloudSide {
  readonly #deps: CloudSideDeps;
  readonly #intake: PolicyIntake;
  readonly #sender: UsageSender;
  readonly #numbers: SessionNumbers;
  readonly #link: CloudLink;
  readonly #paced: ReturnType<typeof createPacer>;
  #session: Session | undefined;
  #lastContact: number | null = null;
  #askedAt = -Infinity;
  /** Messages are taken one at a time, in the order in which they came. */
  #taking: Promise<void> = Promise.resolve();

  constructor(deps: CloudSideDeps) {
    const { store, spool, clock, random, log, config, transport, problems } = deps;
    this.#deps = deps;
    this.#intake = new PolicyIntake(store, config.cluster.id, (next) => this.#resendAll(next));
    this.#paced = createPacer(clock, BROKER_PACE);
    this.#sender = new UsageSender({
      spool,
      clock,
      random,
      log,
      onUnreadable: (segment) =>
        problems.set('segment', [
          {
            code: 'spool-damaged',
            detail: `segment ${segment} can't be read from disk; its runs are not charged yet`,
          },
        ]),
    });
    this.#numbers = new SessionNumbers({ ...deps, onNumbered: () => this.#onNumbered() });
    this.#link = new CloudLink({
      transport,
      clock,
      random,
      log,
      subscriptions: {
        [config.topics.policy]: (payload) => this.#take(() => this.#takePolicy(payload)),
        [config.topics.ack]: (payload) => this.#take(() => this.#takeAck(payload)),
      },
      onConnected: (session) => this.#onConnected(session),
      onDisconnected: () => {
        this.#session = undefined;
        this.#numbers.end();
        this.#sender.disconnected();
      },
      onUnstable: (unstable) => problems.set('link', unstable ? [UNSTABLE] : []),
    });
  }

  get connected(): boolean {
    return this.#session !== undefined;
  }

  /** The session that asks under what numbers it may send usage. */
  get asking(): string | undefined {
    return this.#numbers.asking;
  }

  /** When the cloud was last heard of, Unix milliseconds. */
  get lastContact(): number | null {
    return this.#lastContact;
  }

  start(): void {
    this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link.stop();
    await this.#taking;
  }

  /** Sends what is new in the spool. */
  sendUsage(): void {
    const { spool } = this.#deps;
    if (this.#session && !this.#numbers.asking && spool.lacksNumbers) this.#numbers.begin();
    this.#sender.pump();
  }

  /** Tells the cloud how the agent stands, where there is a connection. */
  async sendState(state: AgentState): Promise<void> {
    const session = this.#session;
    if (!session) return;
    try {
      await this.#publish(session, this.#deps.config.topics.state, gzipSync(JSON.stringify(state)));
    } catch (error) {
      this.#deps.log.warn(logEvents.publishFailed, { reason: reasonOf(error) });
    }
  }

  #onConnected(session: Session): void {
    this.#session = session;
    this.#lastContact = this.#deps.clock.now();
    this.#numbers.begin();
  }

  #onNumbered(): void {
    const session = this.#session;
    if (!session) return;
    this.#sender.connected((payload) => this.#publish(session, this.#deps.config.topics.usage, payload));
    this.sendUsage();
  }

  async #publish(session: Session, topic: string, payload: Uint8Array): Promise<void> {
    await this.#paced(() => session.publish(topic, payload));
    this.#lastContact = this.#deps.clock.now();
  }

  #take(work: () => Promise<void>): void {
    this.#lastContact = this.#deps.clock.now();
    this.#taking = this.#taking.then(work).catch((error: unknown) => {
      this.#deps.log.error(logEvents.messageRefused, { reason: reasonOf(error) });
      const detail = `a message could not be taken: ${reasonOf(error)}`;
      this.#deps.problems.set('message', [{ code: 'message-failed', detail }]);
    });
  }

  async #takePolicy(payload: Uint8Array): Promise<void> {
    const result = await this.#intake.receive(payload);
    if (result.kind === 'refused') this.#refuse(result.reason);
    if (result.kind === 'held') this.#held(result.policy);
  }

  #held(policy: HeldPolicy): void {
    const { log, problems, onPolicy } = this.#deps;
    log.info(logEvents.policyReceived, { version: versionText(policy.policy.version) });
    problems.clear('policy');
    problems.clear('message');
    onPolicy(policy);
  }

  /** The cloud came back from a backup: what it acknowledged since then may be gone. */
  async #resendAll({ accounts }: Policy): Promise<void> {
    const { log, spool, onFiguresBehind } = this.#deps;
    await spool.resendAll();
    const behind = accounts.filter(({ account, through }) => spool.forgottenBeyond(account, through) > 0);
    if (behind.length > 0) {
      // In this order: nothing is caught up with while all is owed.
      await spool.oweAll();
      await onFiguresBehind(Math.min(...behind.map(({ through }) => through.segment)));
    }
    log.warn(logEvents.spoolReplayed, { segments: spool.waiting.size });
    this.#sender.pump();
  }

  #refuse(reason: string): void {
    const { log, problems, clock, onReportDue } = this.#deps;
    log.warn(logEvents.policyRefused, { reason });
    problems.set('policy', [{ code: 'policy-refused', detail: reason }]);
    if (clock.monotonic() - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = clock.monotonic();
    onReportDue();
  }

  async #takeAck(payload: Uint8Array): Promise<void> {
    const { log, spool } = this.#deps;
    const message = parsed(payload);
    if (await this.#numbers.take(message)) return;
    const ack = ackMessageSchema.safeParse(message).data;
    if (!ack) return log.warn(logEvents.messageRefused, { reason: 'no acknowledgement of this format' });
    const segments = await spool.markStored(ack.segments, ack.epoch);
    if (segments.length > 0) log.info(logEvents.segmentsStored, { segments });
    this.#sender.pump();
  }
}

const UNSTABLE = {
  code: 'connection-unstable',
  detail:
    'connections end within a minute: does another agent run with the same enrolment? End it, or enrol it anew on its own cluster',
};

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}
