import * as z from 'zod';
import { idSchema, sha256Schema } from './primitives.ts';
import { policyVersionSchema } from './policy.ts';

export const agentModeSchema = z.enum(['observe', 'enforce']);
export type AgentMode = z.infer<typeof agentModeSchema>;

/** A finding that a person should act on; `code` is stable, `detail` says what and how to mend it. */
export const agentProblemSchema = z.object({ code: z.string().max(64), detail: z.string().max(500) });
export type AgentProblem = z.infer<typeof agentProblemSchema>;

const policyMarkSchema = policyVersionSchema.extend({ hash: sha256Schema });

/** What the agent says of itself: on every connect, after every apply, and every ten minutes. */
export const agentStateSchema = z.object({
  v: z.literal(1),
  epoch: z.int().min(1),
  at: z.iso.datetime(),
  /** Which report of which run of the agent this is: it tells the order of two, whatever clocks say. */
  report: z.object({ run: z.string().min(1).max(32), count: z.int().min(1) }).optional(),
  /** The session with the broker, where it has no numbers for segments yet and asks for them. */
  session: z.string().min(1).max(64).optional(),
  agentVersion: z.string().max(32),
  mode: agentModeSchema,
  scheduler: z.object({ kind: z.string().max(32), version: z.string().max(64), cluster: z.string().max(64) }),
  /** The policy that the scheduler holds now, or null before the first. */
  applied: policyMarkSchema.nullable(),
  /** The newest policy that came, applied or not, or null before the first; earlier agents do not say. */
  held: policyMarkSchema.nullable().optional(),
  /** Every segment up to here was acknowledged, as far as figures may be brought forward: not into what is caught up with after a start. */
  ackedThrough: z.int().min(0),
  /**
   * The last segment that was written under an enrolment before, or was read first under this one: the ledger may have had it before; or
   * whose runs the agent knows no more, and figures that it was sent lack. Figures below it come forward once it is acknowledged.
   */
  carriedThrough: z.int().min(0).optional(),
  spool: z.object({ segments: z.int().min(0), bytes: z.int().min(0) }),
  problems: z.array(agentProblemSchema).max(50),
});
export type AgentState = z.infer<typeof agentStateSchema>;

/** POST /agents/enrol/: a one-use token and a certificate request whose key never leaves the node. */
export const enrolmentRequestSchema = z.strictObject({
  token: z.string().min(20).max(200),
  csr: z
    .string()
    .min(100)
    .max(8_000)
    .regex(/^-----BEGIN CERTIFICATE REQUEST-----/),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentResponseSchema = z.object({
  thing: z.string().max(128),
  cluster: z.object({ id: idSchema, name: z.string() }),
  /** Grows with each enrolment of the cluster; the first half of a charge's revision. */
  epoch: z.int().min(1),
  certificate: z.string(),
  /** PEM of the broker's authority; empty where the system's own store knows it. */
  brokerCa: z.string(),
  endpoint: z.object({ host: z.string(), port: z.int().min(1).max(65_535) }),
  topics: z.object({ usage: z.string(), state: z.string(), policy: z.string(), ack: z.string() }),
  zone: z.string(),
});
export type EnrolmentResponse = z.infer<typeof enrolmentResponseSchema>;

/**
 * What an IoT rule puts on a queue. The payload is what the device sent (base64 of gzip); who sent it is what the broker
 * knows, and is the only thing believed about the sender.
 */
export const iotEnvelopeSchema = z.object({
  data: z.base64().max(180_000),
  thing: z.string().max(128),
  client: z.string().max(128),
  principal: z.string().max(128),
  at: z.int(),
});
export type IotEnvelope = z.infer<typeof iotEnvelopeSchema>;

/** An envelope without the time of its transport: the same however often the message is sent. */
export const iotMessageSchema = iotEnvelopeSchema.omit({ at: true });
export const messageText = (envelope: IotEnvelope): string =>
  JSON.stringify(iotMessageSchema.parse(envelope));

/** Names of the topics and rules, by stage and thing. Basic Ingest topics carry no messaging charge. */
export const topicsOf = (stage: string, thing: string) => ({
  usage: `$aws/rules/${ruleNamesOf(stage).usage}/keystone/${thing}/usage`,
  state: `$aws/rules/${ruleNamesOf(stage).state}/keystone/${thing}/state`,
  policy: `keystone/${thing}/policy`,
  ack: `keystone/${thing}/ack`,
});

/** IoT rule names allow letters, digits and underscores only. */
export const ruleNamesOf = (stage: string) => ({
  usage: `keystone_${stage.replaceAll('-', '_')}_usage`,
  state: `keystone_${stage.replaceAll('-', '_')}_state`,
});

/** The thing, and so the MQTT client id, of a cluster's agent. */
export const thingOf = (stage: string, cluster: number) => `keystone-${stage}-${cluster}`;
