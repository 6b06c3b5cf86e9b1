import * as z from 'zod';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { functionNames } from '../functions.ts';
import type { Synthesised } from './synthesised.ts';

const listOf = <T extends z.ZodType>(item: T) => z.union([z.array(item), item.transform((one) => [one])]);
/** Strict: a managed policy would be a right that nobody here has listed. */
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Tags: z.unknown(),
  Description: z.string(),
  Policies: z.array(
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(
          z.object({ Effect: z.literal('Allow'), Action: listOf(z.string()), Resource: listOf(z.unknown()) }),
        ),
      }),
    }),
  ),
});

export interface Grant {
  action: string;
  /** As the template writes it; text where it holds no reference. */
  resource: unknown;
}

/** Every action × resource that a function's role allows. */
export const grantsOf = ({ ofType }: Synthesised, name: FunctionName): Grant[] => {
  const role = ofType('AWS::IAM::Role')
    .map((resource) => resource.Properties)
    .find(({ Description: text }) => typeof text === 'string' && text.endsWith(`: ${name}`));
  return roleSchema
    .parse(role)
    .Policies.flatMap((policy) => policy.PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ action, resource }))),
    );
};

/** The functions whose role allows the action on a resource whose name ends so. */
export const whoMay = (synthesised: Synthesised, action: string, resourceEnd = ''): FunctionName[] =>
  functionNames.filter((name) =>
    grantsOf(synthesised, name).some(
      (grant) =>
        grant.action === action && typeof grant.resource === 'string' && grant.resource.endsWith(resourceEnd),
    ),
  );
