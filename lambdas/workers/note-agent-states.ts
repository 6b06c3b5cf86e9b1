import { agentStateSchema, type AgentState, type IotEnvelope } from '@keystone/shared/contracts/agent.ts';
import type { NumbersMessage } from '@keystone/shared/contracts/usage.ts';
import { numbersOfSession } from '@keystone/shared/domain/segment-numbers.ts';
import { writeAgentState, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { readPolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';
import { numberSession } from '@keystone/shared/store/agents/session-numbers.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { Sources } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import * as z from 'zod';
import { errorDetails, type Log } from '../runtime/logger.ts';
import { sendEvents, type EventQueue } from '../runtime/send-events.ts';
import { metricNames, type Meter } from '../runtime/metrics.ts';
import { figuresAreOff } from './account-marks.ts';
import { heldBy, holds } from './held-policy.ts';
import { publishToAgent, type Broker } from './publish-to-agent.ts';
import type { QueuedMessage } from './sqs-batch.ts';
import { unpack, UnpackError } from './unpack.ts';
import { readEnvelope, verifySender } from './verify-sender.ts';

export interface StateNotes {
  control: ControlTable;
  queue: EventQueue;
  broker: Broker;
  sources: Pick<Sources, 'now'>;
  /** Names what follows from a message. */
  newCid(): string;
  log: Log;
  meter: Meter;
}

/** A state has 50 problems at most, of half a kilobyte each. */
const LIMITS = { message: 65_536, json: 262_144 };

/** What can't be believed or read; it is noted and does not come again. */
class RefusedStateError extends Error {
  override name = 'RefusedStateError';
}

/**
 * Notes what agents say of themselves, gives numbers for segments where one asks, and asks for a policy where one does not
 * hold what it should.
 *
 * @returns ids of the messages that have to come again
 */
export async function noteAgentStates(
  notes: StateNotes,
  messages: readonly QueuedMessage[],
): Promise<string[]> {
  const failed = await Promise.all(
    messages.map(async ({ messageId, body }) => {
      try {
        await noteAgentState(notes, body);
        return [];
      } catch (error) {
        const refused = error instanceof RefusedStateError;
        notes.log.error(refused ? 'state-refused' : 'state-not-noted', { messageId, ...errorDetails(error) });
        if (refused) notes.meter.count(metricNames.stateRefused);
        return refused ? [] : [messageId];
      }
    }),
  );
  return failed.flat();
}

async function noteAgentState(notes: StateNotes, body: string): Promise<void> {
  const { control, queue, broker, newCid } = notes;
  const envelope = readEnvelope(body);
  if (!envelope) throw new RefusedStateError('the message is not what the IoT rule writes');
  const sender = await verifySender(control, broker.stage, envelope);
  if (!sender.ok) throw new RefusedStateError(sender.reason);
  const { cluster } = sender.agent;
  const { session, ...state } = readState(envelope, sender.agent);
  if (session !== undefined) await giveNumbers(notes, sender.agent, session);
  // The broker's clock orders what an agent says: its own may jump.
  const isNews = await writeAgentState(control, cluster, { seen: new Date(envelope.at), state });
  if (!isNews) return;
  const head = await readPolicyMark(control, cluster);
  const refresh = head !== undefined && figuresAreOff(head, state);
  if (head && holds(heldBy(state), head) && !refresh) return;
  await sendEvents(queue, [{ type: 'policy', cluster, cid: newCid(), ...(refresh && { refresh }) }]);
}

/** Told twice where the message comes twice; the agent takes the first. */
async function giveNumbers({ control, broker, sources }: StateNotes, agent: AgentRecord, session: string) {
  const asked = { cluster: agent.cluster, name: session };
  const { number, former } = await numberSession(control, asked, sources.now());
  const message: NumbersMessage = {
    v: 1,
    session,
    numbers: numbersOfSession(number),
    former: numbersOfSession(former).first,
  };
  await publishToAgent(broker, agent.thing, 'ack', message);
}

function readState({ data }: IotEnvelope, agent: AgentRecord): AgentState {
  const state = agentStateSchema.safeParse(unpackState(data));
  if (!state.success) throw new RefusedStateError(z.prettifyError(state.error));
  // A wrong epoch would outlast the next enrolment, which counts on from the last.
  if (state.data.epoch !== agent.epoch)
    throw new RefusedStateError(`epoch ${state.data.epoch} is not that of the enrolment, ${agent.epoch}`);
  return state.data;
}

function unpackState(data: string): unknown {
  try {
    return unpack(data, LIMITS);
  } catch (error) {
    if (error instanceof UnpackError) throw new RefusedStateError(error.message, { cause: error });
    throw error;
  }
}
