import { DeleteItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Send } from '../store/sdk-clients.ts';
import { unconditional } from './ledger-plants.ts';
import type { Plant } from './plant.ts';

const headUnconditional: Plant = {
  name: 'head-unconditional',
  bug: 'a policy becomes the head whatever head it was built on',
  store: (send, of) =>
    of !== 'policy-builder'
      ? send
      : (command) => {
          if (!(command instanceof TransactWriteItemsCommand)) return send(command);
          const { TransactItems = [], ClientRequestToken } = command.input;
          const items = TransactItems.map(unconditional);
          return send(
            new TransactWriteItemsCommand({
              TransactItems: items,
              ...(ClientRequestToken !== undefined && { ClientRequestToken }),
            }),
          );
        },
};

const membersForgotten: Plant = {
  name: 'members-removed-on-empty-read',
  bug: "a read of a team's members that failed is taken for a team without members",
  store: (send, of) =>
    of !== 'policy-builder'
      ? send
      : async (command) => {
          try {
            return await send(command);
          } catch (error) {
            const pk = command instanceof QueryCommand && command.input.ExpressionAttributeValues?.[':pk']?.S;
            if (pk && pk.startsWith('TEAM#')) return { Items: [] };
            throw error;
          }
        },
};

const versionsUnchecked: Plant = {
  name: 'versions-not-checked',
  bug: 'the API writes records whatever version they were read at',
  store: (send, of) =>
    of !== 'api'
      ? send
      : (command) => {
          if (!(command instanceof TransactWriteItemsCommand)) return send(command);
          const { TransactItems = [] } = command.input;
          const items = TransactItems.flatMap((item) => (item.ConditionCheck ? [] : [unconditional(item)]));
          return send(new TransactWriteItemsCommand({ TransactItems: items }));
        },
};

/** Sends that wait until their outbox entry was struck off, by the process that began them. */
const outboxFirst = new WeakMap<object, (() => Promise<unknown>)[]>();

const struckOffFirst: Plant = {
  name: 'outbox-struck-off-first',
  bug: 'an outbox entry is deleted before its events are sent',
  queue: (send, _of, life) => async (command) => {
    const held = outboxFirst.get(life) ?? [];
    outboxFirst.set(life, [...held, () => send(command)]);
    return { Failed: [] };
  },
  store: (send: Send, _of, life) => async (command) => {
    const answer = await send(command);
    if (!(command instanceof DeleteItemCommand)) return answer;
    const held = outboxFirst.get(life) ?? [];
    outboxFirst.delete(life);
    for (const begin of held) await begin();
    return answer;
  },
};

const outboxForgotten: Plant = {
  name: 'outbox-not-swept',
  bug: 'nobody sends what a function left in the outbox when it died',
  store: (send, of) =>
    of !== 'outbox-sweep'
      ? send
      : (command) => (command instanceof QueryCommand ? Promise.resolve({ Items: [] }) : send(command)),
};

/** Bugs of decisions, policies and what follows from them. */
export const policyPlants: readonly Plant[] = [
  headUnconditional,
  membersForgotten,
  versionsUnchecked,
  struckOffFirst,
  outboxForgotten,
];
