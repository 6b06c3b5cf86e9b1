import type { ClusterAgent } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge } from '../../ui/badge.tsx';
import { summariseAgent, summarisePolicy } from './agent-summary.ts';
import type { useClusterAgent } from './use-clusters.ts';

const words = strings.clusters.agent;

/** An agent's state in a word, what it works with, and what it complains of. */
export function AgentState({ agent }: { agent: ReturnType<typeof useClusterAgent> }) {
  if (!agent.data)
    return <span className="text-soft">{agent.error ? words.unknown : strings.common.loading}</span>;
  const { tone, state, details } = summariseAgent(agent.data, agent.dataUpdatedAt);
  return (
    <div className="flex flex-col items-start gap-1">
      <Badge tone={tone}>{state}</Badge>
      {details.length > 0 && <span className="text-xs text-soft wrap-anywhere">{details.join(' · ')}</span>}
      <Problems problems={agent.data.problems} />
    </div>
  );
}

function Problems({ problems }: { problems: ClusterAgent['problems'] }) {
  if (problems.length === 0) return null;
  return (
    <details className="text-xs">
      <summary className="cursor-pointer font-medium text-warn">{words.problems(problems.length)}</summary>
      <ul className="mt-1 flex max-w-md flex-col gap-1">
        {problems.map(({ code, detail }) => (
          <li key={`${code} ${detail}`} className="wrap-anywhere">
            <span className="font-mono">{code}</span> {detail}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function PolicyState({ agent }: { agent: ClusterAgent }) {
  const { tone, text } = summarisePolicy(agent);
  return <Badge tone={tone}>{text}</Badge>;
}
