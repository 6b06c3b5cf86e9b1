import { account, region } from './address.ts';
import type { Conditions } from './role.ts';
import { wildcard } from './wildcard.ts';

type Test = (context: Record<string, string>) => boolean;

/** What holds for every call inside the local stack. */
const everywhere: Record<string, string> = {
  'aws:securetransport': 'true',
  'aws:requestedregion': region,
  'aws:principalaccount': account,
  'aws:resourceaccount': account,
  'aws:sourceaccount': account,
};

const operators: Record<string, (expected: string) => (actual: string) => boolean> = {
  StringEquals: (expected) => (actual) => actual === expected,
  StringLike: (expected) => {
    const pattern = wildcard(expected);
    return (actual) => pattern.test(actual);
  },
  Bool: (expected) => (actual) => actual.toLowerCase() === expected.toLowerCase(),
};

/**
 * Compiles the conditions of a statement; all of them must hold, and for each key any one of its values will do.
 * As in IAM, a key that the request does not have makes the condition false.
 *
 * @param where names the statement in the error
 * @throws where an operator is not one of those that are understood, since to ignore it would allow too much
 */
export function compileConditions(conditions: Conditions, where: string): Test {
  const tests = Object.entries(conditions).flatMap(([operator, keys]) => {
    const make = operators[operator];
    if (!make)
      throw new Error(
        `${where}: condition operator ${operator} is not supported locally; use ${Object.keys(operators).join(', ')} or add it to local/roles/conditions.ts`,
      );
    return Object.entries(keys).map(([key, expected]): Test => {
      const name = key.toLowerCase();
      const accepted = [expected].flat().map(make);
      return (context) => {
        const actual = context[name] ?? everywhere[name];
        return actual !== undefined && accepted.some((accepts) => accepts(actual));
      };
    });
  });
  return (context) => tests.every((test) => test(context));
}

/** Condition keys are compared without case. */
export function foldKeys(context: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}
