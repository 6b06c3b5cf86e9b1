import {
  enrolmentRequestSchema,
  thingOf,
  topicsOf,
  type EnrolmentResponse,
} from '@keystone/shared/contracts/agent.ts';
import {
  clearSuperseded,
  putAgentAction,
  readAgent,
  type AgentRecord,
} from '@keystone/shared/store/agents/agent-records.ts';
import { readToken, useTokenAction } from '@keystone/shared/store/agents/enrolment-tokens.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import type { UnitOfWork } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import { sendOutbox, type OutboxDestination } from '../../runtime/send-outbox.ts';
import type { BaseDependencies } from '../dependencies.ts';
import { refuseOtherPaths, type Call } from '../http/call.ts';
import { parseFields } from '../http/fields.ts';
import { jsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import { logEvents } from '../log-events.ts';
import type { DeviceCertificate, DeviceRegistry } from './device-registry.ts';

export interface EnrolDependencies extends BaseDependencies {
  stage: string;
  outbox: OutboxDestination;
  registry: DeviceRegistry;
  /** PEM of the broker's authority, or empty where every system knows it. */
  brokerCa: string;
}

/**
 * Enrols a cluster's agent by a one-use token.
 *
 * The order is such that a crash at any point leaves nothing that can be used. First the certificate is made and
 * attached, inactive: nobody can connect with it, and the token still stands for another try. Then one transaction uses
 * up the token and makes the certificate the cluster's: from there on the workers believe no earlier one. Last, the
 * earlier certificates end at the broker and this one begins; a crash before that leaves it inactive, and staff makes
 * another token, whose enrolment ends what this one left.
 *
 * @throws Refusal bad-token, bad-field
 */
export async function enrolAgent(deps: EnrolDependencies, call: Call): Promise<Reply> {
  refuseOtherPaths(call, '/agents/enrol/');
  const { token, csr } = parseFields(enrolmentRequestSchema, jsonBody(call));
  const clusterId = await readToken(deps.control, token, deps.sources.now());
  if (clusterId === undefined) throw refuseToken(deps);
  const thing = thingOf(deps.stage, clusterId);
  const endpoint = await deps.registry.endpoint();
  const certificate = await deps.registry.certify(csr);
  await deps.registry.attach(thing, certificate.arn);
  const { agent, cluster } = await record(deps, call, token, certificate);
  await hand(deps, agent);
  deps.log.info(logEvents.enrolled, { cluster: agent.cluster, epoch: agent.epoch });
  const body: EnrolmentResponse = {
    thing,
    cluster,
    epoch: agent.epoch,
    certificate: certificate.pem,
    brokerCa: deps.brokerCa,
    endpoint,
    topics: topicsOf(deps.stage, thing),
    zone: deps.zone,
  };
  return { status: 201, body };
}

function refuseToken({ log }: EnrolDependencies): Refusal {
  log.warn(logEvents.enrolmentRefused);
  return new Refusal(
    'bad-token',
    'Ask staff for a new token: POST /api/allocations/clusters/{id}/enrolment/.',
  );
}

/** Uses up the token, and makes the certificate the one that counts. */
async function record(
  deps: EnrolDependencies,
  call: Call,
  token: string,
  certificate: DeviceCertificate,
): Promise<{ agent: AgentRecord; cluster: { id: number; name: string } }> {
  const { control: table, sources } = deps;
  const actor = { user: null, cid: call.cid, remote: call.remote };
  const { result, outbox } = await runUnitOfWork(
    { table, actor, sources, pause: sources.pause, random: sources.random },
    async (uow: UnitOfWork) => {
      const id = await readToken(table, token, sources.now());
      const cluster = id === undefined ? undefined : await uow.get('cluster', id);
      if (!cluster) throw refuseToken(deps);
      const known = await readAgent(table, cluster.fields.id);
      const agent = nextAgent(deps, cluster.fields.id, known?.agent, certificate);
      uow.include(useTokenAction(table, token, sources.now()));
      uow.include(putAgentAction(table, agent, known?.version ?? 0));
      uow.note(cluster, { agent_epoch: { before: known?.agent.epoch ?? null, after: agent.epoch } });
      uow.emit({ type: 'policy', cluster: cluster.fields.id, cid: call.cid });
      return { agent, cluster: { id: cluster.fields.id, name: cluster.fields.name } };
    },
  );
  await sendOutbox(deps.outbox, outbox);
  return result;
}

function nextAgent(
  { stage, sources }: EnrolDependencies,
  cluster: number,
  known: AgentRecord | undefined,
  { id, arn }: DeviceCertificate,
): AgentRecord {
  return {
    cluster,
    thing: thingOf(stage, cluster),
    certificate: id,
    certificate_arn: arn,
    epoch: (known?.epoch ?? 0) + 1,
    enrolled: sources.now().toISOString(),
    superseded: known ? [...known.superseded, known.certificate_arn] : [],
  };
}

/** Hands the thing over at the broker: those before end first, so that two never connect under one name. */
async function hand({ control, registry }: EnrolDependencies, agent: AgentRecord): Promise<void> {
  for (const arn of agent.superseded) await registry.retire(agent.thing, arn);
  await registry.activate(agent.certificate_arn);
  const now = await readAgent(control, agent.cluster);
  if (now?.agent.epoch !== agent.epoch) {
    await registry.retire(agent.thing, agent.certificate_arn);
    throw new Refusal('conflict', 'Another agent of this cluster enrolled at the same time, and counts.');
  }
  await clearSuperseded(control, agent);
}
