import type { Stack } from 'aws-cdk-lib';
import * as z from 'zod';

const reference = z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`);
const flat = z.union([
  z.string(),
  z
    .object({ 'Fn::Join': z.tuple([z.string(), z.array(z.union([z.string(), reference]))]) })
    .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator)),
]);

/** How cdk-nag calls its finding of a wildcard in a resource: tokens are written <so>. */
export const wildcardFinding = (stack: Stack, resource: string): string =>
  `AwsSolutions-IAM5[Resource::${flat.parse(stack.resolve(resource))}]`;
