import * as z from 'zod';
import { adminAccessKeyId, type Role, type Statement } from '../../roles/role.ts';
import type { Deployment } from '../../template/deployment.ts';

/** A function as the template says it. */
export interface FunctionSpec {
  /** Physical name, `keystone-local-api`. */
  name: string;
  arn: string;
  role: string;
  /** Folder with the bundle. */
  code: string;
  /** `index.handler` */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Readonly<Record<string, string>>;
  accessKeyId: string;
}

const functionSchema = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Timeout: z.int().default(3),
  MemorySize: z.int().default(128),
  Role: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});

/** Each function calls the services under a key of its own, by which they know its role. */
export const accessKeyOf = (functionName: string) =>
  `LOCAL${functionName
    .replace(/^keystone-local-/, '')
    .replace(/[^a-z0-9]/gi, '')
    .toUpperCase()}`;

export function readFunctions(deployment: Deployment): FunctionSpec[] {
  return deployment.ofType('AWS::Lambda::Function', functionSchema).map(({ parsed, get }) => ({
    name: parsed.FunctionName,
    arn: get['Arn'] ?? '',
    role: parsed.Role,
    code: deployment.asset(parsed.Code.S3Key),
    handler: parsed.Handler,
    timeoutSeconds: parsed.Timeout,
    memoryMb: parsed.MemorySize,
    environment: parsed.Environment.Variables,
    accessKeyId: accessKeyOf(parsed.FunctionName),
  }));
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const documentSchema = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Action: oneOrMore,
      Resource: oneOrMore,
      Condition: z
        .record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])))
        .optional(),
    }),
  ),
});
const roleSchema = z.object({ Policies: z.array(z.object({ PolicyDocument: documentSchema })).default([]) });
const policySchema = z.object({ Roles: z.array(z.string()).default([]), PolicyDocument: documentSchema });

/** What each function's role allows, by the function's access key. */
export function readRoles(deployment: Deployment, functions: readonly FunctionSpec[]): Map<string, Role> {
  const attached = deployment.ofType('AWS::IAM::Policy', policySchema);
  const roles = deployment.ofType('AWS::IAM::Role', roleSchema).map(({ ref, get, parsed }) => {
    const documents = [
      ...parsed.Policies,
      ...attached.filter((policy) => policy.parsed.Roles.includes(ref)).map((policy) => policy.parsed),
    ];
    return {
      arn: get['Arn'],
      statements: documents.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(toStatement)),
    };
  });
  return new Map(
    functions.map((spec) => {
      const role = roles.find(({ arn }) => arn === spec.role);
      if (!role || spec.accessKeyId === adminAccessKeyId)
        throw new Error(`function ${spec.name} has no role in the template`);
      return [spec.accessKeyId, { name: spec.name, statements: role.statements }];
    }),
  );
}

type TemplateStatement = z.infer<typeof documentSchema>['Statement'][number];

function toStatement({ Effect, Action, Resource, Condition }: TemplateStatement): Statement {
  return {
    effect: Effect,
    actions: Action,
    resources: Resource,
    ...(Condition && { conditions: Condition }),
  };
}
