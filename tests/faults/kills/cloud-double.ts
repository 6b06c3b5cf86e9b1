import { gunzipSync } from 'node:zlib';
import { accountOf, config, partsOf, policyOf } from '@keystone/agent/testing/builders.ts';
import { compareVersions, versionText } from '@keystone/agent/policy/policy-versions.ts';
import { agentStateSchema, type AgentState } from '@keystone/shared/contracts/agent.ts';
import type { Policy } from '@keystone/shared/contracts/policy.ts';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import {
  usageMessageSchema,
  usageRecordSchema,
  type NumbersMessage,
  type UsageRecord,
} from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { numbersOfSession, sessionMoment } from '@keystone/shared/domain/segment-numbers.ts';
import { decideCharge, type StandingCharge } from '@keystone/shared/domain/charges.ts';
import type { Stream } from '../../world/core/chance.ts';
import { accounts } from './cluster-double.ts';
import { latestRuns, sumOf, type SeenSegments } from './seen-segments.ts';

export type Deliver = (topic: string, message: unknown) => void;

const people = ['alice', 'bob', 'carol', 'dan'];

/** Ledger and policies, which outlive the agents: charges under their keys, messages lost either way, policies that change. */
export class CloudDouble {
  readonly stored = new Set<number>();
  readonly charges = new Map<string, StandingCharge & { record: UsageRecord }>();
  /** Every policy that was given out, by version. */
  readonly policies = new Map<string, { policy: Policy; hash: string }>();
  latest: Policy;
  /** Messages are lost at times. */
  isLossy = true;
  readonly #chance: Stream;
  readonly #segments: SeenSegments;
  #acked = 0;
  #session = { number: sessionMoment(new Date()), name: '', former: 0 };

  constructor(chance: Stream, segments: SeenSegments) {
    this.#chance = chance;
    this.#segments = segments;
    this.latest = this.#make({ epoch: 1, n: 1 });
  }

  /** Takes a message of the agent's, and answers as the cloud does. */
  take(topic: string, payload: Uint8Array, deliver: Deliver): void {
    const content: unknown = JSON.parse(gunzipSync(payload).toString('utf8'));
    if (topic === config.topics.usage) this.#takeUsage(content, deliver);
    if (topic === config.topics.state) this.#takeState(agentStateSchema.parse(content), deliver);
  }

  /** People decide: another policy, at times in a new epoch as after a restore. */
  decide(): void {
    const { epoch, n } = this.latest.version;
    this.latest = this.#make(
      this.#chance.happens(0.04) ? { epoch: epoch + 1, n: n + 1 } : { epoch, n: n + 1 },
    );
  }

  sendPolicy(deliver: Deliver): void {
    for (const part of partsOf(this.latest, undefined, 400)) deliver(config.topics.policy, part);
  }

  /** What runs of an account came to in segments up to one, each as its last row there has it. */
  runsIn(account: string, upTo: number): number {
    return sumOf(latestRuns(this.#segments.rows, upTo), account);
  }

  #makeAccounts(): Policy['accounts'] {
    return accounts.map((account) =>
      accountOf(account, {
        members: people.filter(() => this.#chance.happens(0.6)),
        locked: this.#chance.happens(0.1),
        grants: [
          {
            id: 1,
            awarded: 60 * this.#chance.whole(10_000, 20_000),
            from: '2026-01-01',
            until: null,
            drawn: 0,
          },
        ],
        runsTotal: this.runsIn(account, this.#acked),
        through: { epoch: config.epoch, segment: this.#acked },
      }),
    );
  }

  #make(version: Policy['version']): Policy {
    const policy = policyOf(version.n, this.#makeAccounts(), { version });
    this.policies.set(versionText(version), { policy, hash: policyHash(policy) });
    return policy;
  }

  #numbersFor(session: string): NumbersMessage {
    const { number, name } = this.#session;
    if (name !== session) {
      const former = name === '' ? 0 : numbersOfSession(number).first;
      this.#session = { number: number + 1, name: session, former };
    }
    return {
      v: 1,
      session,
      numbers: numbersOfSession(this.#session.number),
      former: this.#session.former,
    };
  }

  #takeUsage(content: unknown, deliver: Deliver): void {
    const { segment, records, epoch } = usageMessageSchema.parse(content);
    this.#segments.note(segment, records);
    if (this.isLossy && this.#chance.happens(0.15)) return;
    for (const row of records) this.#charge(usageRecordSchema.parse(row), { epoch, segment });
    this.stored.add(segment);
    if (this.isLossy && this.#chance.happens(0.15)) return;
    deliver(config.topics.ack, { v: 1, epoch, segments: [segment] });
  }

  #charge(record: UsageRecord, revision: StandingCharge['revision']): void {
    const key = `${record.jobIdRaw}:${record.submit}`;
    const reported = { seconds: billableSeconds(record), revision, facts: JSON.stringify(record) };
    const { kind } = decideCharge(this.charges.get(key), reported);
    if (kind !== 'known' && kind !== 'outdated') this.charges.set(key, { ...reported, record });
  }

  #takeState({ applied, ackedThrough, session }: AgentState, deliver: Deliver): void {
    if (session !== undefined && (!this.isLossy || this.#chance.happens(0.85))) {
      deliver(config.topics.ack, this.#numbersFor(session));
    }
    this.#acked = Math.max(this.#acked, ackedThrough);
    if (applied && compareVersions(applied, this.latest.version) === 0) return;
    if (!this.isLossy || this.#chance.happens(0.8)) this.sendPolicy(deliver);
  }
}
