import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';

const MOST = 50;
const DETAIL_CHARS = 500;

/** What a person should act on, by the part of the agent that found it. */
export class Problems {
  readonly #bySource = new Map<string, readonly AgentProblem[]>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Replaces what a part had found before; an empty list takes it back. */
  set(source: string, problems: readonly AgentProblem[]): void {
    const before = this.#text();
    if (problems.length === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, problems);
    if (this.#text() !== before) this.#onChange();
  }

  clear(source: string): void {
    this.set(source, []);
  }

  /** The first ones of each part come first: many of one kind hide nothing else. */
  list(): AgentProblem[] {
    return [...this.#bySource.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, problems]) => problems.map((problem, rank) => ({ ...problem, rank })))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST)
      .map(({ code, detail }) => ({ code, detail: detail.slice(0, DETAIL_CHARS) }));
  }

  #text(): string {
    return JSON.stringify(this.list());
  }
}
