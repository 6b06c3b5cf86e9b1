import * as z from 'zod';
import { enrolmentRequestSchema, enrolmentResponseSchema } from '../agent.ts';
import * as clusters from './clusters.ts';
import * as decision from './decision.ts';
import { healthSchema } from './health.ts';
import { listOf } from './list.ts';
import { operations, resources, type Operation, type ResourceName } from './operations.ts';
import { problemSchema } from './problem.ts';
import * as summaries from './summaries.ts';
import * as usage from './usage.ts';
import * as users from './users.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Names = z.core.$ZodRegistry<{ id: string }>;

/** What the server sends. Named here, they are components of their own and not repeated where they are used. */
const answers = {
  Problem: problemSchema,
  UserSummary: summaries.userSummarySchema,
  TeamSummary: summaries.teamSummarySchema,
  ClusterSummary: summaries.clusterSummarySchema,
  AllocationRequestSummary: summaries.requestSummarySchema,
  ResourceAllocationSummary: summaries.allocationSummarySchema,
  AuditEntry: summaries.auditSummarySchema,
  ClusterAgent: clusters.clusterAgentSchema,
  EnrolmentToken: clusters.enrolmentTokenSchema,
  EnrolmentResult: enrolmentResponseSchema,
  DecisionEffect: decision.decisionEffectSchema,
  DecisionResult: decision.decisionResultSchema,
  Balance: usage.balanceSchema,
  BalanceGrant: usage.balanceGrantSchema,
  UsageDay: usage.usageDaySchema,
  Charge: usage.chargeSchema,
  Health: healthSchema,
} satisfies Record<string, z.ZodType>;

/** What the server takes, beside the bodies of the resources. */
const bodies = {
  SignInRequest: users.loginSchema,
  EnrolmentRequest: enrolmentRequestSchema,
  DecisionRequest: decision.decisionSchema,
} satisfies Record<string, z.ZodType>;

/** Fields of PUT: those that may change, of which it wants what a creation wants. */
export function replacementOf(name: ResourceName): z.ZodObject {
  const { create, update }: { create: z.ZodObject; update: z.ZodObject } = resources[name];
  const shape = Object.entries(update.shape).map(([field, optional]) => {
    const created = create.shape[field];
    const wanted = created instanceof z.ZodType && !created.safeParse(undefined).success;
    return [field, wanted ? created : optional];
  });
  return z.strictObject(Object.fromEntries(shape));
}

/** Names of a resource's schemas, as clients of the public API know them. */
export const schemaNamesOf = (name: ResourceName) => {
  const record = resources[name].name;
  return {
    read: record,
    list: `Paginated${record}List`,
    create: `${record}Request`,
    replace: `Replaced${record}Request`,
    update: `Patched${record}Request`,
  };
};

export const resourceNames: readonly ResourceName[] = Object.values({
  users: 'users',
  teams: 'teams',
  memberships: 'memberships',
  clusters: 'clusters',
  requests: 'requests',
  allocations: 'allocations',
  reviews: 'reviews',
} as const satisfies { [N in ResourceName]: N });

function registries(): { sent: Names; taken: Names } {
  const sent: Names = z.registry<{ id: string }>();
  const taken: Names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(answers)) sent.add(schema, { id });
  for (const [id, schema] of Object.entries(bodies)) taken.add(schema, { id });
  for (const name of resourceNames) {
    const resource = resources[name];
    const names = schemaNamesOf(name);
    sent.add(resource.read, { id: names.read });
    sent.add(listOf(resource.read), { id: names.list });
    taken.add(resource.create, { id: names.create });
    taken.add(replacementOf(name), { id: names.replace });
    taken.add(resource.update, { id: names.update });
  }
  for (const operation of operations) nameResponse(operation, sent);
  return { sent, taken };
}

/** A list is named after its records, any other nameless answer after its operation. */
function nameResponse({ id, response }: Operation, sent: Names): void {
  if (!response || sent.has(response)) return;
  const rows = response instanceof z.ZodObject ? response.shape['results'] : undefined;
  const record = rows instanceof z.ZodArray ? sent.get(rows.element)?.id : undefined;
  sent.add(response, {
    id: record ? `Paginated${record}List` : `${id[0]?.toUpperCase()}${id.slice(1)}Result`,
  });
}

const uri = (id: string) => `#/components/schemas/${id}`;

/** `format` says it; the pattern behind it is long and says no more. */
const formats = new Set(['date', 'date-time', 'email', 'uri', 'uuid']);

/** Property classes are unknown to the expressions of many languages, or mean something else there. */
const controlCharacters = '\\u0000-\\u001f\\u007f-\\u009f';

function convert(names: Names, io: 'input' | 'output'): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(names, {
    uri,
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.format && formats.has(jsonSchema.format)) delete jsonSchema.pattern;
      if (jsonSchema.pattern)
        jsonSchema.pattern = jsonSchema.pattern.replaceAll('\\p{Cc}', controlCharacters);
      // An answer may gain fields; a body may not hold fields that nobody declared.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...rest }]) => [id, rest]),
  );
}

export interface Components {
  schemas: Record<string, JsonSchema>;
  /** The reference to a schema that an operation of the contract uses. */
  refTo: (schema: z.ZodType) => { $ref: string };
}

/** Every schema of the API as a named component. */
export function componentSchemas(): Components {
  const { sent, taken } = registries();
  return {
    schemas: { ...convert(sent, 'output'), ...convert(taken, 'input') },
    refTo: (schema) => {
      const id = sent.get(schema)?.id ?? taken.get(schema)?.id;
      if (!id)
        throw new Error('A schema of shared/contracts/rest/operations.ts has no name in openapi-schemas.ts.');
      return { $ref: uri(id) };
    },
  };
}
