import { topicsOf, type IotEnvelope } from '@keystone/shared/contracts/agent.ts';
import type { Upward } from './world-broker.ts';

/** What the rule of a topic puts on which queue; undefined where no rule has the topic. */
export function ruleOf(
  { thing, principal, topic, payload }: Upward,
  stage: string,
  at: number,
): { queue: 'usage' | 'agent-state'; body: string } | undefined {
  const topics = topicsOf(stage, thing);
  const queue = topic === topics.usage ? 'usage' : topic === topics.state ? 'agent-state' : undefined;
  if (!queue) return undefined;
  const envelope: IotEnvelope = {
    data: Buffer.from(payload).toString('base64'),
    thing,
    client: thing,
    principal,
    at,
  };
  return { queue, body: JSON.stringify(envelope) };
}
