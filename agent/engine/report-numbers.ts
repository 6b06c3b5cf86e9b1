import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { Clock, Random } from '../clock/clock.ts';

/** Numbers what this run of the agent says of itself, so that the cloud can tell which of two reports is the later one. */
export class ReportNumbers {
  readonly #run: string;
  #count = 0;

  /** The clock and chance together: no other run of this agent has the same name. */
  constructor({ clock, random }: { clock: Clock; random: Random }) {
    this.#run = `${clock.now().toString(36)}-${Math.floor(random() * 36 ** 6).toString(36)}`;
  }

  next(): NonNullable<AgentState['report']> {
    this.#count += 1;
    return { run: this.#run, count: this.#count };
  }
}
