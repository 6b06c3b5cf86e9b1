import { numbersMessageSchema, type NumbersMessage } from '@keystone/shared/contracts/usage.ts';
import type { Clock, Random } from '../clock/clock.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf, type Log } from '../log/log.ts';
import type { Spool } from '../spool/spool.ts';
import type { Problems } from './problems.ts';

/** A question, or its answer, may be lost; another costs a report of the agent's state. */
const ASK_AGAIN_MS = 15_000;

/** A cloud that does not answer for so long is a problem that somebody should look at. */
const PATIENCE = 20;

const SILENT =
  'the cloud takes messages and does not say under what numbers usage is to be sent: look at its function agent-state';

export interface SessionNumbersDeps {
  spool: Pick<Spool, 'beginSession' | 'endSession'>;
  clock: Clock;
  random: Random;
  log: Log;
  problems: Problems;
  /** The cloud should hear how the agent stands, and with it the question. */
  onReportDue: () => void;
  /** All rows are to be read, and sent, once more. */
  onOthersSpoke: () => Promise<void>;
  /** What is spooled may be sent. */
  onNumbered: () => void;
}

/**
 * Asks the cloud, in each session with the broker, for numbers under which segments are sent. Nothing that this machine knows could
 * do instead: its clock may be wrong, and its disk may have been set back to a state that does not know what was sent since.
 */
export class SessionNumbers {
  readonly #deps: SessionNumbersDeps;
  #session: string | undefined;
  #cancel: (() => void) | undefined;
  #asked = 0;
  #failure: string | undefined;

  constructor(deps: SessionNumbersDeps) {
    this.#deps = deps;
  }

  /** The session that asks for numbers; undefined where it has them, or there is none. */
  get asking(): string | undefined {
    return this.#session;
  }

  /** Asks for numbers: at the beginning of a session, and where those that it had are used up. */
  begin(): void {
    const { clock, random } = this.#deps;
    this.#cancel?.();
    this.#session = `${clock.now().toString(36)}-${random().toString(36).slice(2)}`;
    this.#asked = 0;
    this.#failure = undefined;
    this.#ask();
  }

  end(): void {
    this.#close();
    this.#deps.spool.endSession();
  }

  /** Takes the cloud's answer. @returns whether it was one */
  async take(message: unknown): Promise<boolean> {
    const answer = numbersMessageSchema.safeParse(message);
    if (!answer.success) return false;
    if (answer.data.session === this.#session) await this.#accept(answer.data);
    return true;
  }

  async #accept({ session, numbers, former }: NumbersMessage): Promise<void> {
    const { spool, log, onNumbered, onOthersSpoke } = this.#deps;
    try {
      if (await spool.beginSession(numbers, former)) {
        log.warn(logEvents.othersSpoke, { former });
        await onOthersSpoke();
      }
    } catch (error) {
      // The next answer is another try.
      this.#failure = `what is spooled could not be numbered for sending: ${reasonOf(error)}`;
      return log.warn(logEvents.numbersUnwritten, { reason: reasonOf(error) });
    }
    if (this.#session !== session) return spool.endSession();
    this.#close();
    onNumbered();
  }

  #ask(): void {
    const { clock, problems, onReportDue } = this.#deps;
    this.#asked += 1;
    if (this.#asked > PATIENCE)
      problems.set('numbers', [{ code: 'usage-unnumbered', detail: this.#failure ?? SILENT }]);
    onReportDue();
    this.#cancel = clock.after(ASK_AGAIN_MS, () => this.#ask());
  }

  #close(): void {
    this.#session = undefined;
    this.#cancel?.();
    this.#deps.problems.clear('numbers');
  }
}
