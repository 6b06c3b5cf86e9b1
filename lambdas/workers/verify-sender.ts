import { iotEnvelopeSchema, thingOf, type IotEnvelope } from '@keystone/shared/contracts/agent.ts';
import { isSenderOf, readAgent, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';

/** The envelope in an SQS body, or undefined where the body is none. */
export function readEnvelope(body: string): IotEnvelope | undefined {
  try {
    return iotEnvelopeSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** The cluster whose agent a thing is, or undefined where it is none of this stage. */
export function clusterOfThing(stage: string, thing: string): number | undefined {
  const id = Number(/-([1-9]\d{0,14})$/.exec(thing)?.[1]);
  return Number.isSafeInteger(id) && thingOf(stage, id) === thing ? id : undefined;
}

export type Verification = { ok: true; agent: AgentRecord } | { ok: false; reason: string };

/**
 * Whose agent sent a message, told by what the broker knows of it and by nothing in its payload: the client is the
 * thing whose topic it used, and its certificate is the one that the cluster's last enrolment made.
 */
export async function verifySender(
  table: ControlTable,
  stage: string,
  { thing, client, principal }: IotEnvelope,
): Promise<Verification> {
  if (client !== thing) return { ok: false, reason: `client ${client} used the topic of ${thing}` };
  const cluster = clusterOfThing(stage, thing);
  if (cluster === undefined) return { ok: false, reason: `${thing} is no agent of this stage` };
  const found = await readAgent(table, cluster);
  if (!found) return { ok: false, reason: `cluster ${cluster} has no agent` };
  return isSenderOf(found.agent, { client, principal })
    ? { ok: true, agent: found.agent }
    : { ok: false, reason: `the certificate is not that of the last enrolment of cluster ${cluster}` };
}
