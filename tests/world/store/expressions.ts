import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ValidationError } from './store-errors.ts';
import { parseCondition, parseUpdate, type Condition, type Operand } from './expression-parser.ts';

export type Item = Record<string, AttributeValue>;

/** Names and values that an expression speaks of. */
export interface Terms {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
}

/** Whether a condition holds for an item, or for none. */
export function holds(text: string | undefined, terms: Terms, item: Item | undefined): boolean {
  return text === undefined || isTrue(parseCondition(text), terms, item ?? {});
}

/** The item after an update; the one before stays as it is. */
export function updated(text: string, terms: Terms, key: Item, before: Item | undefined): Item {
  const { set, remove, add } = parseUpdate(text);
  const old = before ?? {};
  const next: Item = { ...key, ...before };
  for (const { name, to } of set) {
    const value = valueOf(to, terms, old);
    if (value === undefined) throw new ValidationError(`${name} is set to an attribute that does not exist`);
    next[nameOf(name, terms)] = value;
  }
  for (const name of remove) Reflect.deleteProperty(next, nameOf(name, terms));
  for (const { name, value } of add) {
    const attribute = nameOf(name, terms);
    next[attribute] = {
      N: String(numberOf(old[attribute] ?? { N: '0' }) + numberOf(valueOf(value, terms, old))),
    };
  }
  return next;
}

function isTrue(condition: Condition, terms: Terms, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((inner) => isTrue(inner, terms, item));
    case 'or':
      return condition.of.some((inner) => isTrue(inner, terms, item));
    case 'not':
      return !isTrue(condition.of, terms, item);
    case 'test':
      return passes(condition.name, condition.of, terms, item);
    case 'between': {
      const [value, low, high] = condition.of.map((of) => valueOf(of, terms, item));
      return compares('>=', value, low) && compares('<=', value, high);
    }
    case 'compare': {
      const [left, right] = condition.of.map((of) => valueOf(of, terms, item));
      return compares(condition.how, left, right);
    }
  }
}

function passes(test: string, of: readonly Operand[], terms: Terms, item: Item): boolean {
  const [first, second] = of;
  if (!first) throw new ValidationError(`${test} of nothing`);
  const value = valueOf(first, terms, item);
  if (test === 'attribute_exists') return value !== undefined;
  if (test === 'attribute_not_exists') return value === undefined;
  if (test !== 'begins_with' || !second) throw new Error(`the store of the world does not know ${test}`);
  const prefix = valueOf(second, terms, item);
  return value?.S !== undefined && prefix?.S !== undefined && value.S.startsWith(prefix.S);
}

function valueOf(operand: Operand, terms: Terms, item: Item): AttributeValue | undefined {
  if (operand.kind === 'name') return within(operand.text, terms, item);
  if (operand.kind !== 'call' && operand.kind !== 'sum') {
    const value = terms.ExpressionAttributeValues?.[operand.text];
    if (!value) throw new ValidationError(`an expression attribute value is not defined: ${operand.text}`);
    return value;
  }
  const [first, second] = operand.of;
  if (!first || !second) throw new ValidationError('an operand is missing');
  const [left, right] = [valueOf(first, terms, item), valueOf(second, terms, item)];
  if (operand.kind === 'call') {
    if (operand.name === 'if_not_exists') return left ?? right;
    throw new Error(`the store of the world does not know ${operand.name}`);
  }
  return { N: String(numberOf(left) + operand.sign * numberOf(right)) };
}

/** What a path through maps leads to; only what is read may be a path. */
function within(path: string, terms: Terms, item: Item): AttributeValue | undefined {
  const [first = '', ...rest] = path.split('.');
  let value = item[nameOf(first, terms)];
  for (const name of rest) value = value?.M?.[nameOf(name, terms)];
  return value;
}

function nameOf(name: string, { ExpressionAttributeNames }: Terms): string {
  if (!name.startsWith('#')) return name;
  const known = ExpressionAttributeNames?.[name];
  if (known === undefined) throw new ValidationError(`an expression attribute name is not defined: ${name}`);
  return known;
}

function numberOf(value: AttributeValue | undefined): number {
  if (value?.N === undefined) throw new ValidationError('an operand in the update expression is no number');
  const figure = Number(value.N);
  if (!Number.isSafeInteger(figure))
    throw new Error(`the store of the world counts in whole numbers: ${value.N}`);
  return figure;
}

/** Values of different types, or of which one is missing, are never equal and have no order. */
function compares(how: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (how === '<>') return !compares('=', left, right);
  if (!left || !right) return false;
  if (left.N !== undefined && right.N !== undefined) return ordered(how, Number(left.N), Number(right.N));
  if (left.S !== undefined && right.S !== undefined) return ordered(how, left.S, right.S);
  return how === '=' && JSON.stringify(left) === JSON.stringify(right);
}

function ordered<T extends number | string>(how: string, left: T, right: T): boolean {
  if (how === '=') return left === right;
  if (how === '<') return left < right;
  if (how === '<=') return left <= right;
  return how === '>' ? left > right : left >= right;
}
