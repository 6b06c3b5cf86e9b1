import {
  isPolicyVariable,
  type PolicyDocument,
  type PolicyStatement,
  type PolicyVariable,
} from './policy-document.ts';

export type PolicyAction =
  'iot:Connect' | 'iot:Publish' | 'iot:RetainPublish' | 'iot:Subscribe' | 'iot:Receive';

/** What a policy may ask about the connection that acts. */
export interface PolicySubject {
  readonly clientId: string;
  /** The thing whose name is the client id, where the connection's certificate is attached to it. */
  readonly thingName: string | undefined;
}

/**
 * Tells whether a connection's policies allow an action: some statement allows it and none denies it. A variable without
 * a value makes an Allow match nothing and a Deny match everything.
 */
export const isAllowed = (
  documents: readonly PolicyDocument[],
  action: PolicyAction,
  resource: string,
  subject: PolicySubject,
): boolean => {
  const matching = documents
    .flatMap((document) => document.Statement)
    .filter((statement) => applies(statement, action, resource, subject));
  return (
    matching.some(({ Effect }) => Effect === 'Allow') && !matching.some(({ Effect }) => Effect === 'Deny')
  );
};

const applies = (
  statement: PolicyStatement,
  action: PolicyAction,
  resource: string,
  subject: PolicySubject,
): boolean =>
  statement.Action.some((named) => named === action || named === 'iot:*') &&
  holds(statement.Condition, subject) &&
  statement.Resource.some((pattern) => matches(pattern, resource, subject) ?? statement.Effect === 'Deny');

const holds = (condition: PolicyStatement['Condition'], subject: PolicySubject): boolean =>
  condition === undefined ||
  condition.Bool['iot:Connection.Thing.IsAttached'] === (subject.thingName !== undefined);

/** Undefined where a variable of the pattern has no value. `+` and `#` of a topic filter are characters like others. */
const matches = (pattern: string, resource: string, subject: PolicySubject): boolean | undefined => {
  let expression = '';
  for (const part of pattern.split(/(\$\{[^}]*\}|[*?])/)) {
    const variable = part.startsWith('${') ? part.slice(2, -1) : '';
    if (part === '*') expression += '.*';
    else if (part === '?') expression += '.';
    else if (isPolicyVariable(variable)) {
      const value = valueOf(variable, subject);
      if (value === undefined) return undefined;
      // A client id that contains a star is that text, no wildcard.
      expression += literal(value);
    } else expression += literal(part);
  }
  return new RegExp(`^${expression}$`, 'su').test(resource);
};

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const valueOf = (variable: PolicyVariable, subject: PolicySubject): string | undefined => {
  switch (variable) {
    case 'iot:ClientId':
      return subject.clientId;
    case 'iot:Connection.Thing.ThingName':
      return subject.thingName;
  }
};
