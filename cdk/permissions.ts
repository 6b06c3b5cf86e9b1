import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import type { TableName, WorkQueue, LastQueue } from './names.ts';

/** A right in the project's own words; permission-statements.ts turns it into IAM. */
export type Permission =
  | { on: 'table'; table: TableName; actions: readonly TableAction[] }
  /** Query on the table's global index. */
  | { on: 'index'; table: TableName }
  | { on: 'send'; queue: WorkQueue | LastQueue }
  /** What the event source needs; the function itself never reads its queue. */
  | { on: 'consume'; queue: WorkQueue }
  | { on: 'topic'; channel: 'policy' | 'ack' }
  | { on: 'things'; actions: readonly ThingAction[] }
  | { on: 'certificates'; actions: readonly CertificateAction[] }
  /** Calls that IAM cannot limit to a resource. */
  | { on: 'iot-account'; actions: readonly AccountAction[] }
  /** What Lambda needs to place a function in subnets; given where the stage does so. */
  | { on: 'network' };

/** A transaction is authorised as the actions in it; there is no TransactWriteItems right. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';
export type ThingAction = 'CreateThing' | 'AttachThingPrincipal' | 'DetachThingPrincipal';
export type CertificateAction =
  'AttachPolicy' | 'UpdateCertificate' | 'AttachThingPrincipal' | 'DetachThingPrincipal';
export type AccountAction = 'CreateCertificateFromCsr' | 'DescribeEndpoint';

const table = (name: TableName, ...actions: TableAction[]): Permission => ({
  on: 'table',
  table: name,
  actions,
});
const index = (name: TableName): Permission => ({ on: 'index', table: name });
const send = (queue: WorkQueue | LastQueue): Permission => ({ on: 'send', queue });
const consume = (queue: WorkQueue): Permission => ({ on: 'consume', queue });
const publish = (channel: 'policy' | 'ack'): Permission => ({ on: 'topic', channel });

/** What units of work do, and the reads around them. */
const unitsOfWork: readonly TableAction[] = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
];

/**
 * Who may do what: exactly this, and each function's own log streams. tests/roles fails where a function lacks a right,
 * and where it has one that it does not use.
 */
export const permissions: Record<FunctionName, readonly Permission[]> = {
  api: [
    table('control', ...unitsOfWork),
    index('control'),
    table('ledger', 'GetItem', 'BatchGetItem', 'Query'),
    index('ledger'),
    send('policy'),
  ],
  'sign-in': [table('control', ...unitsOfWork)],
  enrol: [
    table('control', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    send('policy'),
    { on: 'iot-account', actions: ['CreateCertificateFromCsr', 'DescribeEndpoint'] },
    {
      on: 'things',
      actions: ['CreateThing', 'AttachThingPrincipal', 'DetachThingPrincipal'],
    },
    {
      on: 'certificates',
      actions: ['AttachPolicy', 'UpdateCertificate', 'AttachThingPrincipal', 'DetachThingPrincipal'],
    },
  ],
  'policy-builder': [
    table('control', 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'),
    table('ledger', 'Query'),
    consume('policy'),
    publish('policy'),
  ],
  ledger: [
    table('control', 'GetItem'),
    table('ledger', 'BatchGetItem', 'PutItem', 'UpdateItem'),
    consume('usage'),
    publish('ack'),
  ],
  'agent-state': [
    table('control', 'GetItem', 'UpdateItem'),
    consume('agent-state'),
    send('policy'),
    publish('ack'),
  ],
  'outbox-sweep': [table('control', 'Query', 'DeleteItem'), send('policy'), send('task-failures')],
  'grant-turn': [table('control', 'GetItem', 'BatchGetItem'), send('policy'), send('task-failures')],
  'verify-ledger': [
    table('control', 'GetItem', 'Query', 'PutItem'),
    table('ledger', 'BatchGetItem', 'Query', 'Scan'),
    index('ledger'),
    send('task-failures'),
  ],
  'watch-agents': [table('control', 'GetItem', 'BatchGetItem'), send('task-failures')],
  'first-admin': [table('control', 'GetItem', 'PutItem', 'UpdateItem')],
};
