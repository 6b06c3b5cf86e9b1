import type { Json } from 'dynalite/db/index.js';
import { arn } from '../../roles/address.ts';

/** A right that a request needs: an IAM action on a table or an index. */
export type Right = { action: string; resource: string };

const transactActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/** The rights that a request needs, as IAM counts them: a transaction needs those of each of its actions. */
export function rightsOf(operation: string, request: Json): Right[] {
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems')
    return distinct(transaction(request));
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem')
    return Object.keys(membersOf(request['RequestItems'])).map((table) => right(operation, tableArn(table)));
  if (operation === 'ListTables') return [right(operation, '*')];
  const tagged = request['ResourceArn'];
  if (typeof tagged === 'string') return [right(operation, tagged)];
  const table = tableArn(String(request['TableName']));
  const index = request['IndexName'];
  return [right(operation, typeof index === 'string' ? `${table}/index/${index}` : table)];
}

const right = (operation: string, resource: string): Right => ({ action: `dynamodb:${operation}`, resource });
const tableArn = (name: string) => (name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`));

function transaction(request: Json): Right[] {
  const items = request['TransactItems'];
  if (!Array.isArray(items)) return [];
  return items.flatMap((entry: unknown) =>
    Object.entries(membersOf(entry)).flatMap(([kind, action]) => {
      const name = transactActions[kind];
      return name === undefined ? [] : [right(name, tableArn(String(membersOf(action)['TableName'])))];
    }),
  );
}

function membersOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function distinct(rights: Right[]): Right[] {
  return [...new Map(rights.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}
