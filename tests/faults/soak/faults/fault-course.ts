import { setTimeout as pause } from 'node:timers/promises';
import { Chance, type Stream } from '../../../world/core/chance.ts';
import { faultKinds, type FaultKind } from './fault-kinds.ts';
import type { SoakSite } from '../soak-site.ts';

export interface FaultLine {
  readonly type: 'fault';
  readonly kind: FaultKind;
  readonly began: string;
  readonly seconds: number;
  /** What it was, or why it could not be taken away again. */
  readonly what: string;
  readonly mended: boolean;
}

export interface FaultPlan {
  readonly seed: number;
  /** From one fault's end to the next. */
  readonly gapSeconds: readonly [number, number];
  readonly kinds?: readonly FaultKind[] | undefined;
}

const isKind = (name: string): name is FaultKind => name in faultKinds;
const allKinds = Object.keys(faultKinds).filter(isKind);

/** One fault after another, each kind once before one comes again, until told to stop. */
export class FaultCourse {
  readonly #site: SoakSite;
  readonly #gapSeconds: readonly [number, number];
  readonly #kinds: readonly FaultKind[];
  readonly #chance: Chance;
  readonly #gaps: Stream;
  readonly #report: (line: FaultLine) => void;
  readonly #stop = new AbortController();
  readonly #course: Promise<void>;
  readonly #counts = new Map<FaultKind, number>();
  #bag: FaultKind[] = [];
  #current: FaultKind | undefined;

  /** @param kinds which may come, all unless said */
  constructor(
    site: SoakSite,
    { seed, gapSeconds, kinds = allKinds }: FaultPlan,
    report: (line: FaultLine) => void,
  ) {
    this.#gapSeconds = gapSeconds;
    this.#kinds = kinds;
    this.#site = site;
    this.#chance = new Chance(seed);
    this.#gaps = this.#chance.of('gaps');
    this.#report = report;
    this.#course = this.#run();
  }

  get current(): FaultKind | undefined {
    return this.#current;
  }

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  /** Resolves when the last fault has been taken away. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#course;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await pause(this.#gaps.between(...this.#gapSeconds) * 1000, undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      await this.#bring(this.#draw());
    }
  }

  #draw(): FaultKind {
    if (this.#bag.length === 0) {
      const order = this.#chance.of('order');
      this.#bag = this.#kinds
        .map((kind) => ({ kind, place: order.next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ kind }) => kind);
    }
    return this.#bag.pop() ?? 'agent-killed';
  }

  async #bring(kind: FaultKind): Promise<void> {
    this.#current = kind;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    const began = new Date();
    const outcome = await faultKinds[kind](this.#site, this.#chance.of(kind)).then(
      (what) => ({ what, mended: true }),
      (error: unknown) => ({ what: String(error), mended: false }),
    );
    const seconds = Math.round((Date.now() - began.getTime()) / 1000);
    this.#current = undefined;
    this.#report({ type: 'fault', kind, began: began.toISOString(), seconds, ...outcome });
  }
}
