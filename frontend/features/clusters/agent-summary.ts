import { isSilent } from '@keystone/shared/domain/agent-silence.ts';
import type { ClusterAgent } from '../../lib/api/records.ts';
import { formatAge } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';
import type { Tone } from '../../ui/badge.tsx';

const words = strings.clusters.agent;

export interface AgentSummary {
  tone: Tone;
  state: string;
  details: readonly string[];
}

/** What staff should know of a cluster's agent at one glance. */
export function summariseAgent(agent: ClusterAgent, now: number): AgentSummary {
  if (agent.enrolled === null) return { tone: 'neutral', state: words.none, details: [] };
  if (agent.last_seen === null) return { tone: 'warn', state: words.waiting, details: [] };
  const age = formatAge(agent.last_seen, now);
  const silent = isSilent(Date.parse(agent.last_seen), now);
  const details = [
    agent.scheduler && `${agent.scheduler.kind} ${agent.scheduler.version} (${agent.scheduler.cluster})`,
    agent.agent_version && words.version(agent.agent_version),
    silent ? undefined : words.seen(age),
  ].filter((detail) => typeof detail === 'string');
  if (silent) return { tone: 'bad', state: words.silent(age), details };
  const state = agent.mode ? words.mode[agent.mode] : words.unknown;
  return { tone: agent.problems.length > 0 || agent.mode !== 'enforce' ? 'warn' : 'good', state, details };
}

type Version = NonNullable<ClusterAgent['desired']>;

const format = ({ epoch, n }: Version) => `${epoch}.${n}`;

/** Whether the scheduler holds what it should. */
export function summarisePolicy({ desired, applied }: ClusterAgent): { tone: Tone; text: string } {
  if (!desired) return { tone: 'neutral', text: words.noPolicy };
  const held = applied ? format(applied) : strings.common.none;
  return held === format(desired)
    ? { tone: 'good', text: words.upToDate(held) }
    : { tone: 'warn', text: words.behind(held, format(desired)) };
}
