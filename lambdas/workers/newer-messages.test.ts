import { describe, expect, it } from '@jest/globals';
import { agentStateSchema, iotEnvelopeSchema } from '@keystone/shared/contracts/agent.ts';
import { policyEventSchema } from '@keystone/shared/contracts/events.ts';
import { policySchema } from '@keystone/shared/contracts/policy.ts';
import { usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { readUsageMessage } from './read-usage-message.ts';
import { packed } from './testing/agent-messages.ts';
import { agentState } from './testing/agent-state.ts';

/** What a later version of whoever sends may say beside all that is known. */
const later = { later: { of: ['another', 'kind'] } };

describe('messages of a later version', () => {
  it('of usage are charged as those of this one', () => {
    const records = [usageRecord({ jobIdRaw: 1 }), usageRecord({ jobIdRaw: 2 })];
    const now = { v: 1, epoch: 1, segment: 4, records };
    const next = { ...now, ...later, records: records.map((record) => ({ ...record, ...later })) };
    const reading = readUsageMessage(3, packed(next), ZONE);
    expect(reading).toEqual(readUsageMessage(3, packed(now), ZONE));
    expect(reading.charges).toHaveLength(2);
  });

  it.each([
    ['a state', agentStateSchema, agentState()],
    ['an envelope', iotEnvelopeSchema, { data: '', thing: 't', client: 't', principal: 'p', at: 1 }],
    [
      'an event',
      policyEventSchema,
      { type: 'policy', cluster: 3, cid: '7f0c5b9c-3a53-4a5e-9a0c-0d7a35a6a111' },
    ],
    ['a policy', policySchema, { v: 1, cluster: 3, zone: ZONE, version: { epoch: 1, n: 2 }, accounts: [] }],
  ] as const)('are read as those of this one: %s', (_, schema, message) => {
    expect(schema.parse({ ...message, ...later })).toEqual(schema.parse(message));
  });
});
