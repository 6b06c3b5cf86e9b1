import * as z from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());

const actionSchema = z.enum([
  'iot:Connect',
  'iot:Publish',
  'iot:RetainPublish',
  'iot:Subscribe',
  'iot:Receive',
  'iot:*',
]);

const booleanSchema = z
  .union([
    z.boolean(),
    z.enum(['true', 'false']),
    z.tuple([z.union([z.boolean(), z.enum(['true', 'false'])])]),
  ])
  .transform((value) => String(value) === 'true');

/** Strict: an element that the evaluator would not honour stops the stack instead of being passed over. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([actionSchema, z.array(actionSchema).min(1)]).transform((value) => [value].flat()),
  Resource: oneOrMore,
  Condition: z
    .strictObject({ Bool: z.strictObject({ 'iot:Connection.Thing.IsAttached': booleanSchema }) })
    .optional(),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema).min(1)]).transform((value) => [value].flat()),
});

export type PolicyDocument = z.infer<typeof documentSchema>;
export type PolicyStatement = PolicyDocument['Statement'][number];

/** What a resource may name in `${…}`. */
export const policyVariables = ['iot:ClientId', 'iot:Connection.Thing.ThingName'] as const;
export type PolicyVariable = (typeof policyVariables)[number];

export const isPolicyVariable = (name: string): name is PolicyVariable =>
  policyVariables.some((variable) => variable === name);

/** AWS counts the document without white space. */
const maxBytes = 2_048;

/**
 * Reads a policy document of the template.
 *
 * @throws where AWS would refuse it, or where it uses what the evaluator does not know; the error names the policy.
 */
export const parsePolicyDocument = (name: string, document: unknown): PolicyDocument => {
  const raw: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const parsed = documentSchema.safeParse(raw);
  if (!parsed.success) throw new Error(`IoT policy ${name}: ${z.prettifyError(parsed.error)}`);
  const size = Buffer.byteLength(JSON.stringify(raw).replaceAll(/\s/g, ''));
  if (size > maxBytes)
    throw new Error(`IoT policy ${name}: ${size} bytes without white space, the limit is ${maxBytes}`);
  for (const resource of parsed.data.Statement.flatMap((statement) => statement.Resource)) {
    for (const [, variable = ''] of resource.matchAll(/\$\{([^}]*)\}/g)) {
      if (!isPolicyVariable(variable)) {
        throw new Error(
          `IoT policy ${name}: the variable \${${variable}} is none of ${policyVariables.join(', ')}`,
        );
      }
    }
  }
  return parsed.data;
};
