import {
  BatchGetItemCommand,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { iotEnvelopeSchema, topicsOf } from '@keystone/shared/contracts/agent.ts';
import { usageMessageSchema } from '@keystone/shared/contracts/usage.ts';
import { storeUsage } from '@keystone/lambdas/workers/store-usage.ts';
import { unpack } from '@keystone/lambdas/workers/unpack.ts';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { Send } from '../store/sdk-clients.ts';
import type { Plant } from './plant.ts';

/** Has a function's transactions go another way; everything else goes its own. */
const onTransactions =
  (
    of: string,
    change: (send: Send, items: TransactWriteItem[], command: TransactWriteItemsCommand) => Promise<unknown>,
  ) =>
  (send: Send, name: string): Send =>
    name !== of
      ? send
      : (command, options) =>
          command instanceof TransactWriteItemsCommand
            ? change(send, command.input.TransactItems ?? [], command)
            : send(command, options);

const isCharge = (item: TransactWriteItem) =>
  (item.Put?.Item?.['pk']?.S ?? item.Update?.Key?.['pk']?.S ?? '').startsWith('CHG#');

/** The same action, whatever stands. */
export function unconditional(item: TransactWriteItem): TransactWriteItem {
  const { Put, Update } = item;
  if (Put) return { Put: { TableName: Put.TableName, Item: Put.Item } };
  if (!Update) return item;
  const { ConditionExpression: _condition, ...always } = Update;
  return { Update: always };
}

const unconditionalCharges = (items: TransactWriteItem[]) =>
  items.map((item) => (isCharge(item) ? unconditional(item) : item));

const transaction = (items: TransactWriteItem[], token: string | undefined) =>
  new TransactWriteItemsCommand({
    TransactItems: items,
    ...(token !== undefined && { ClientRequestToken: token }),
  });

const conditionRemoved: Plant = {
  name: 'condition-removed',
  bug: 'a charge is put without asking whether it stands',
  store: onTransactions('ledger', (send, items, { input }) =>
    send(transaction(unconditionalCharges(items), input.ClientRequestToken)),
  ),
};

const transactionSplit: Plant = {
  name: 'transaction-split',
  bug: 'charges and the sums that hold them are written in two transactions',
  store: onTransactions('ledger', async (send, items) => {
    const charges = items.filter(isCharge);
    const sums = items.filter((item) => !isCharge(item));
    const answer = await send(transaction(charges, undefined));
    if (sums.length > 0) await send(transaction(sums, undefined));
    return answer;
  }),
};

let retries = 0;

const addedAgain: Plant = {
  name: 'added-again-on-retry',
  bug: 'after an unknown outcome the same sums are added again, without another look at what stands',
  store: onTransactions('ledger', async (send, items, command) => {
    try {
      return await send(command);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
      retries += 1;
      return send(transaction(unconditionalCharges(items), `again-${retries}`));
    }
  }),
};

const reasonsIgnored: Plant = {
  name: 'reasons-ignored',
  bug: 'a cancelled transaction is taken for one that somebody else had done, whatever its reasons',
  store: onTransactions('ledger', async (send, _items, command) => {
    try {
      return await send(command);
    } catch (error) {
      if (error instanceof TransactionCanceledException) return {};
      throw error;
    }
  }),
};

const revisionNotCompared: Plant = {
  name: 'revision-not-compared',
  bug: 'whatever word comes last replaces the one that stands, older or not',
  store: (send, of) =>
    of !== 'ledger'
      ? send
      : async (command) => {
          if (command instanceof TransactWriteItemsCommand) {
            const items = unconditionalCharges(command.input.TransactItems ?? []);
            return send(transaction(items, command.input.ClientRequestToken));
          }
          const answer = await send(command);
          if (!(command instanceof BatchGetItemCommand) || !hasResponses(answer)) return answer;
          const Responses = Object.fromEntries(
            Object.entries(answer.Responses).map(([table, items]) => [
              table,
              items.map((item) => ({ ...item, epoch: { N: '1' }, segment: { N: '1' } })),
            ]),
          );
          return { ...answer, Responses };
        },
};

function hasResponses(answer: unknown): answer is { Responses: Record<string, object[]> } {
  return typeof answer === 'object' && answer !== null && 'Responses' in answer;
}

const ackBeforeCommit: Plant = {
  name: 'ack-before-commit',
  bug: 'a segment is acknowledged before its charges are written',
  ledgerWork: (store) => async (messages) => {
    for (const { body } of messages) {
      const { data, thing } = iotEnvelopeSchema.parse(JSON.parse(body));
      const { epoch, segment } = usageMessageSchema.parse(unpack(data, { message: 1e6, json: 1e7 }));
      const ack = { v: 1, epoch, segments: [segment] };
      const topic = topicsOf(store.broker.stage, thing).ack;
      await store.broker.iot.send(
        new PublishCommand({ topic, qos: 1, payload: Buffer.from(JSON.stringify(ack)) }),
      );
    }
    return storeUsage(store, messages);
  },
};

const failuresDropped: Plant = {
  name: 'failures-dropped',
  bug: 'a batch is reported as done though parts of it failed',
  handler: (_of, handler) => async (messages) => {
    await handler(messages).catch(() => []);
    return [];
  },
};

/** Bugs of the ledger and of the functions on its way. */
export const ledgerPlants: readonly Plant[] = [
  conditionRemoved,
  ackBeforeCommit,
  transactionSplit,
  addedAgain,
  reasonsIgnored,
  revisionNotCompared,
  failuresDropped,
];
