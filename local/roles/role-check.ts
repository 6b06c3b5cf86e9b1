import { account } from './address.ts';
import { compileConditions, foldKeys } from './conditions.ts';
import { adminAccessKeyId } from './role.ts';
import type { Authorise, Call, Decision, Role, Statement } from './role.ts';
import { wildcard } from './wildcard.ts';

/** Something that a role allows and that no call has needed yet. */
export type UnusedGrant = { role: string; statement: number; kind: 'action' | 'resource'; name: string };

export type RoleCheck = {
  authorise: Authorise;
  /** What the roles allow and nobody has used since the check was made: candidates for a narrower role. */
  unusedGrants: () => UnusedGrant[];
};

type Pattern = { name: string; matches: RegExp; used: boolean };
type Rule = {
  effect: Statement['effect'];
  actions: Pattern[];
  resources: Pattern[];
  holds?: (context: Record<string, string>) => boolean;
};
type CompiledRole = { name: string; rules: Rule[]; decisions: Map<string, Decision> };

/** Object keys make endless ARNs: beyond this many remembered decisions a role starts over. */
const rememberedDecisions = 5_000;
const allowed: Decision = { allowed: true };

/**
 * Decides what each caller may do as IAM would: an explicit Deny wins, then an Allow is needed, on every resource.
 *
 * @param roles by access key id; `LOCALADMIN` needs none
 * @throws where a role has a condition that is not understood
 */
export function createRoleCheck(roles: ReadonlyMap<string, Role>): RoleCheck {
  const compiled = new Map([...roles].map(([accessKeyId, role]) => [accessKeyId, compile(role)]));
  return {
    authorise: (call) => {
      if (call.accessKeyId === adminAccessKeyId) return allowed;
      const role = compiled.get(call.accessKeyId);
      if (!role) return { allowed: false, message: `No role is known for access key ${call.accessKeyId}` };
      const refused = call.resources.map((resource) => decide(role, call, resource)).find((d) => !d.allowed);
      return refused ?? allowed;
    },
    unusedGrants: () => [...new Set(compiled.values())].flatMap(unusedOf),
  };
}

function compile(role: Role): CompiledRole {
  const rules = role.statements.map((statement, index): Rule => {
    const rule: Rule = {
      effect: statement.effect,
      actions: statement.actions.map((name) => ({ name, matches: wildcard(name, 'i'), used: false })),
      resources: statement.resources.map((name) => ({ name, matches: wildcard(name), used: false })),
    };
    if (statement.conditions)
      rule.holds = compileConditions(statement.conditions, `Role ${role.name}, statement ${String(index)}`);
    return rule;
  });
  return { name: role.name, rules, decisions: new Map() };
}

function decide(role: CompiledRole, call: Call, resource: string): Decision {
  const key = `${call.action}\0${resource}\0${call.context ? JSON.stringify(call.context) : ''}`;
  const known = role.decisions.get(key);
  if (known) return known;
  if (role.decisions.size >= rememberedDecisions) role.decisions.clear();
  const decision = evaluate(role, call, resource);
  role.decisions.set(key, decision);
  return decision;
}

function evaluate(role: CompiledRole, call: Call, resource: string): Decision {
  const context = foldKeys(call.context ?? {});
  const applying = role.rules.filter(
    (rule) =>
      rule.actions.some((action) => action.matches.test(call.action)) &&
      rule.resources.some((pattern) => pattern.matches.test(resource)) &&
      (rule.holds?.(context) ?? true),
  );
  const denied = applying.some((rule) => rule.effect === 'Deny');
  if (denied || applying.length === 0)
    return { allowed: false, message: refusal(role.name, call, resource, denied) };
  for (const rule of applying) {
    for (const action of rule.actions) action.used ||= action.matches.test(call.action);
    for (const pattern of rule.resources) pattern.used ||= pattern.matches.test(resource);
  }
  return allowed;
}

function refusal(role: string, call: Call, resource: string, denied: boolean): string {
  const why = denied
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${call.action} action`;
  return `User: arn:aws:sts::${account}:assumed-role/${role}/${call.accessKeyId} is not authorized to perform: ${call.action} on resource: ${resource} ${why}`;
}

function unusedOf(role: CompiledRole): UnusedGrant[] {
  return role.rules.flatMap((rule, statement) => {
    if (rule.effect === 'Deny') return [];
    const list = (kind: UnusedGrant['kind'], patterns: Pattern[]): UnusedGrant[] =>
      patterns.filter((p) => !p.used).map(({ name }) => ({ role: role.name, statement, kind, name }));
    return [...list('action', rule.actions), ...list('resource', rule.resources)];
  });
}
