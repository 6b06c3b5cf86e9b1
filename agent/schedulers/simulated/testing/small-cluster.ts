import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { standings } from '../core/counting.ts';
import { simulate, type SimulationEvent } from '../core/simulation.ts';
import { emptySimulation, type JobRequest, type SimulationState } from '../core/simulation-state.ts';
import { smallSetup } from './arbitrary-events.ts';

type Wish = Partial<Omit<JobRequest, 'plan'>> & { readonly seconds?: number };

/** Three nodes of eight processors, with alice in the account chem; time passes when a test says so. */
export class SmallCluster {
  static readonly START = 1_800_000_000;
  state: SimulationState = emptySimulation(smallSetup, SmallCluster.START);
  readonly rows: UsageRecord[] = [];
  readonly shown: number[] = [];

  constructor(limitMinutes: number | null = null) {
    this.does({ kind: 'declare', declaration: { account: 'chem', limitMinutes, members: ['alice'] } });
  }

  /** What the scheduler answers; an event that it refuses gives the reason. */
  does(event: SimulationEvent): string {
    const { state, rows, answer } = simulate(this.state, this.state.now, event);
    this.state = state;
    this.rows.push(...rows.map(({ run }) => run));
    this.shown.push(...rows.map(({ visibleAt }) => visibleAt - SmallCluster.START));
    return answer.done ? 'done' : answer.why;
  }

  /** @returns the job's id */
  submit({ seconds = 600, ...wish }: Wish = {}): number {
    const id = this.state.nextJob;
    const plan = { seconds, outcome: 'COMPLETED', busyPercent: 100 } as const;
    const usual = { user: 'alice', account: 'chem', cpus: 1, gpus: 0, nodes: 1, limitMinutes: 10 };
    const job = { ...usual, tasks: null, patienceSeconds: null, ...wish, plan };
    const answer = this.does({ kind: 'submit', job });
    if (answer !== 'done') throw new Error(answer);
    return id;
  }

  /** Lets time pass to so many seconds after the beginning. */
  at(seconds: number): this {
    const { state, rows } = simulate(this.state, SmallCluster.START + seconds, { kind: 'nothing' });
    this.state = state;
    this.rows.push(...rows.map(({ run }) => run));
    this.shown.push(...rows.map(({ visibleAt }) => visibleAt - SmallCluster.START));
    return this;
  }

  reason(id: number): string | undefined {
    return this.state.waiting.get(id)?.reason;
  }

  runs(id: number): boolean {
    return this.state.running.has(id);
  }

  counter(account = 'chem'): number | undefined {
    return standings(this.state).get(account)?.used;
  }
}
