import type { Message } from '../broker/message.ts';
import type { Comparison, ComparisonSign, Expression, SqlStatement } from './sql-statement.ts';

/** A message on its way through one rule; the topic is the one without the prefix of Basic Ingest. */
export interface RuleInput extends Message {
  readonly at: number;
}

/** What the rule's actions get: bytes as they came, or JSON. Undefined where WHERE does not hold. */
export type RuleOutput = Buffer | undefined;

/** @throws where AWS could not run the statement on this payload. */
export const evaluateSql = (statement: SqlStatement, input: RuleInput): RuleOutput => {
  const payload = parseJson(input.payload);
  if (!statement.where.every((comparison) => compares(comparison, input, payload))) return undefined;
  const everything = statement.select.some(({ kind }) => kind === 'everything');
  if (everything && statement.select.length === 1) return input.payload;
  if (everything && !isObject(payload) && input.payload.length > 0) {
    throw new Error('SELECT * beside other columns needs a JSON object as payload');
  }
  const selected: Record<string, unknown> = everything && isObject(payload) ? { ...payload } : {};
  for (const item of statement.select) {
    if (item.kind === 'column') selected[item.name] = valueOf(item.value, input, payload);
  }
  // A value that is undefined leaves its key out, as on AWS.
  return Buffer.from(JSON.stringify(selected));
};

const parseJson = (payload: Buffer): unknown => {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const valueOf = (expression: Expression, input: RuleInput, payload: unknown): unknown => {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'field':
      return fieldOf(payload, expression.path);
    case 'topic':
      return expression.level === undefined ? input.topic : input.topic.split('/')[expression.level - 1];
    case 'clientid':
      return input.clientId;
    case 'principal':
      return input.principal;
    case 'timestamp':
      return input.at;
    case 'base64':
      return encoded(expression.of === 'payload' ? input.payload : fieldOf(payload, expression.of.path));
  }
};

const fieldOf = (payload: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), payload);

const encoded = (value: unknown): string | undefined => {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (value === undefined) return undefined;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
};

const compares = ({ left, sign, right }: Comparison, input: RuleInput, payload: unknown): boolean =>
  holds(valueOf(left, input, payload), sign, valueOf(right, input, payload));

/** Values of different kinds are unequal and in no order; what is undefined satisfies nothing. */
const holds = (left: unknown, sign: ComparisonSign, right: unknown): boolean => {
  if (left === undefined || right === undefined) return false;
  switch (sign) {
    case '=':
      return left === right;
    case '<>':
    case '!=':
      return left !== right;
    default:
      return ordered(left, sign, right);
  }
};

const ordered = (left: unknown, sign: '<' | '<=' | '>' | '>=', right: unknown): boolean => {
  if (typeof left === 'number' && typeof right === 'number') return inOrder(left - right, sign);
  if (typeof left === 'string' && typeof right === 'string')
    return inOrder(left < right ? -1 : Number(left > right), sign);
  return false;
};

const inOrder = (difference: number, sign: '<' | '<=' | '>' | '>='): boolean => {
  switch (sign) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
};
