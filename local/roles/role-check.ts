import { account } from './address.ts';
import { compileConditions, foldKeys } from './conditions.ts';
import { adminAccessKeyId } from './role.ts';
import type { Authorise, Call, Decision, Role, Statement } from './role.ts';
import { wildcard } from './wildcard.ts';

/** A right that no call has needed: an action on a resource, as the role words them. */
export type UnusedGrant = { role: string; action: string; resource: string };

export type RoleCheck = {
  authorise: Authorise;
  /** What the roles allow and nobody has used since the check was made: candidates for a narrower role. */
  unusedGrants: () => UnusedGrant[];
  /** What was refused, each refusal once: code that goes on without its right says nothing of it. */
  refusals: () => string[];
};

type Pattern = { name: string; matches: RegExp };
type Rule = {
  effect: Statement['effect'];
  actions: Pattern[];
  resources: Pattern[];
  holds?: (context: Record<string, string>) => boolean;
  /** Pairs of an action and a resource that let a call through. */
  used: Set<string>;
};
type CompiledRole = { name: string; rules: Rule[]; decisions: Map<string, Decision> };

/** Object keys make endless ARNs: beyond this many remembered decisions a role starts over. */
const rememberedDecisions = 5_000;
const rememberedRefusals = 1_000;
const allowed: Decision = { allowed: true };

/**
 * Decides what each caller may do as IAM would: an explicit Deny wins, then an Allow is needed, on every resource.
 *
 * @param roles by access key id; `LOCALADMIN` needs none
 * @throws where a role has a condition that is not understood
 */
export function createRoleCheck(roles: ReadonlyMap<string, Role>): RoleCheck {
  const compiled = new Map([...roles].map(([accessKeyId, role]) => [accessKeyId, compile(role)]));
  const refusals = new Set<string>();
  return {
    authorise: (call) => {
      const decision = decideCall(compiled, call);
      if (!decision.allowed && refusals.size < rememberedRefusals) refusals.add(decision.message);
      return decision;
    },
    unusedGrants: () => [...new Set(compiled.values())].flatMap(unusedOf),
    refusals: () => [...refusals],
  };
}

function decideCall(roles: ReadonlyMap<string, CompiledRole>, call: Call): Decision {
  if (call.accessKeyId === adminAccessKeyId) return allowed;
  const role = roles.get(call.accessKeyId);
  if (!role) return { allowed: false, message: `No role is known for access key ${call.accessKeyId}` };
  return call.resources.map((resource) => decide(role, call, resource)).find((d) => !d.allowed) ?? allowed;
}

function compile(role: Role): CompiledRole {
  const rules = role.statements.map((statement, index): Rule => {
    const rule: Rule = {
      effect: statement.effect,
      actions: statement.actions.map((name) => ({ name, matches: wildcard(name, 'i') })),
      resources: statement.resources.map((name) => ({ name, matches: wildcard(name) })),
      used: new Set(),
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
  // The first that allows is the one that is used: a right that only says it again is never needed.
  const [rule] = applying;
  const action = rule?.actions.find(({ matches }) => matches.test(call.action));
  const pattern = rule?.resources.find(({ matches }) => matches.test(resource));
  if (denied || !rule || !action || !pattern)
    return { allowed: false, message: refusal(role.name, call, resource, denied) };
  rule.used.add(pairOf(action, pattern));
  return allowed;
}

const pairOf = (action: Pattern, resource: Pattern) => `${action.name}\0${resource.name}`;

function refusal(role: string, call: Call, resource: string, denied: boolean): string {
  const why = denied
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${call.action} action`;
  return `User: arn:aws:sts::${account}:assumed-role/${role}/${call.accessKeyId} is not authorized to perform: ${call.action} on resource: ${resource} ${why}`;
}

function unusedOf(role: CompiledRole): UnusedGrant[] {
  const allows = role.rules.filter(({ effect }) => effect === 'Allow');
  return allows.flatMap(({ actions, resources, used }) =>
    actions.flatMap((action) =>
      resources
        .filter((resource) => !used.has(pairOf(action, resource)))
        .map((resource) => ({ role: role.name, action: action.name, resource: resource.name })),
    ),
  );
}
