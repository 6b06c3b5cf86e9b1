import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import { agentStateSchema } from '@keystone/shared/contracts/agent.ts';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

type Version = { epoch: number; n: number };
const isBelow = (a: Version, b: Version) => a.epoch < b.epoch || (a.epoch === b.epoch && a.n < b.n);

/** Whether a build came to the head that stood already, and said so in it and nothing else. */
const isConfirmed = (before: Item | undefined, after: Item | undefined) =>
  before !== undefined &&
  Number(after?.['looks']?.N) === Number(before['looks']?.N ?? 0) + 1 &&
  isDeepStrictEqual({ ...before, looks: undefined }, { ...after, looks: undefined });

/** Versions only grow: the one that a cluster should hold, and the one that its agent says it holds. */
export class VersionWatch {
  readonly #violations: Violations;
  /** By cluster and enrolment: who is enrolled on another machine begins with none. */
  readonly #applied = new Map<string, Version>();
  policies = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** Hears of commits to the control table. */
  commit(changes: readonly ItemChange[]): void {
    for (const { pk, sk, before, after } of changes) {
      if (sk !== 'HEAD' || !pk.endsWith('#POLICY') || isConfirmed(before, after)) continue;
      this.policies += 1;
      const version = (item: typeof after): Version => ({
        epoch: Number(item?.['epoch']?.N ?? 0),
        n: Number(item?.['n']?.N ?? 0),
      });
      if (!isBelow(version(before), version(after)))
        this.#violations.add(
          'the policy version only grows',
          `${pk} went from ${JSON.stringify(version(before))} to ${JSON.stringify(version(after))}`,
        );
    }
  }

  /** A machine was set back, and its agent with it. */
  wasRestored(cluster: number): void {
    for (const name of this.#applied.keys()) if (name.startsWith(`${cluster} `)) this.#applied.delete(name);
  }

  reported(cluster: number, payload: Uint8Array): AgentState {
    const state = agentStateSchema.parse(JSON.parse(gunzipSync(payload).toString('utf8')));
    const { applied, epoch } = state;
    const name = `${cluster} ${epoch}`;
    const before = this.#applied.get(name);
    if (before && (!applied || isBelow(applied, before)))
      this.#violations.add(
        'the applied version only grows',
        `the agent of cluster ${cluster} went from ${JSON.stringify(before)} to ${JSON.stringify(applied)}`,
      );
    if (applied) this.#applied.set(name, applied);
    return state;
  }
}
