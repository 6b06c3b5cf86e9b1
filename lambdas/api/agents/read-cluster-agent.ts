import type * as z from 'zod';
import type { clusterAgentSchema } from '@keystone/shared/contracts/rest/clusters.ts';
import { readAgent, readAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { readPolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';
import { notFound } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import type { ApiRequest } from '../resources/api-request.ts';

/** What a cluster's agent last said, and the policy that it should hold. */
export async function readClusterAgent({ deps: { control }, id = 0 }: ApiRequest): Promise<Reply> {
  if (!(await readNumbered(control, 'cluster', id))) throw notFound(`There is no cluster ${id}.`);
  const [agent, reported, desired] = await Promise.all([
    readAgent(control, id),
    readAgentState(control, id),
    readPolicyMark(control, id),
  ]);
  // What an agent said under an earlier enrolment says nothing about this one.
  const current = reported && reported.state.epoch === agent?.agent.epoch ? reported : undefined;
  const body: z.infer<typeof clusterAgentSchema> = {
    enrolled: agent?.agent.enrolled ?? null,
    last_seen: current?.seen.toISOString() ?? null,
    agent_version: current?.state.agentVersion ?? null,
    mode: current?.state.mode ?? null,
    scheduler: current?.state.scheduler ?? null,
    desired: desired?.version ?? null,
    applied: appliedOf(current?.state.applied),
    problems: current?.state.problems ?? [],
  };
  return { status: 200, body };
}

const appliedOf = (applied: { epoch: number; n: number } | null | undefined) =>
  applied ? { epoch: applied.epoch, n: applied.n } : null;
