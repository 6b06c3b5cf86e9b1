import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

const statementSchema = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
const roleSchema = z.looseObject({
  Type: z.literal('AWS::IAM::Role'),
  Properties: z.looseObject({
    Description: z.string(),
    Policies: z.array(
      z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(statementSchema) }) }),
    ),
  }),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

export interface TakenRight {
  of: FunctionName;
  action: string;
}

/** Copies a synthesised app, with actions taken from functions' roles wherever these allow them. */
export function copyWithoutRights(app: string, copy: string, rights: readonly TakenRight[]): void {
  cpSync(app, copy, { recursive: true });
  const file = join(copy, 'keystone-local-compute.template.json');
  const template = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  for (const { of, action } of rights) {
    const [id, role] = roleOf(template, of);
    template.Resources[id] = withoutAction(role, action);
  }
  writeFileSync(file, JSON.stringify(template));
}

type Role = z.infer<typeof roleSchema>;

function roleOf({ Resources }: z.infer<typeof templateSchema>, name: FunctionName): [string, Role] {
  for (const [id, resource] of Object.entries(Resources)) {
    const role = roleSchema.safeParse(resource).data;
    if (role?.Properties.Description === `Keystone local: ${name}`) return [id, role];
  }
  throw new Error(`the template has no role of ${name}`);
}

function withoutAction(role: Role, action: string): Role {
  const Policies = role.Properties.Policies.map((policy) => {
    const Statement = policy.PolicyDocument.Statement.flatMap((statement) => {
      const Action = [statement.Action].flat().filter((name) => name !== action);
      return Action.length > 0 ? [{ ...statement, Action }] : [];
    });
    return { ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } };
  });
  return { ...role, Properties: { ...role.Properties, Policies } };
}
