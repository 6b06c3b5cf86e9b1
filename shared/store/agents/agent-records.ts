import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { agentStateSchema, type AgentState } from '../../contracts/agent.ts';
import { idSchema } from '../../contracts/primitives.ts';
import { readItem } from '../table/control-reader.ts';
import { fromItem, keyItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import { setItem, type WriteCondition } from '../table/set-item.ts';
import type { ControlTable } from '../table/tables.ts';

/** The agent that a cluster has now: the one thing and certificate whose messages count. */
export const agentRecordSchema = z.object({
  cluster: idSchema,
  thing: z.string(),
  /** Certificate id, as the broker names the sender of a message (principal). */
  certificate: z.string(),
  certificate_arn: z.string(),
  /** Grows with each enrolment; the first half of a charge's revision. */
  epoch: z.int().min(1),
  enrolled: z.iso.datetime(),
  /** Certificates of earlier enrolments that the broker may still know as active; enrolling ends them. */
  superseded: z.array(z.string()),
});
export type AgentRecord = z.infer<typeof agentRecordSchema>;

/** What an agent last said of itself, and when the broker took it. */
export interface ReportedState {
  seen: Date;
  state: AgentState;
}

const agentKey = (cluster: number): Key => ({ pk: `CL#${cluster}`, sk: 'AGENT' });
const stateKey = (cluster: number): Key => ({ pk: `CL#${cluster}`, sk: 'AGENT#STATE' });

/** The agent of a cluster and the version to write against, or undefined before the first enrolment. */
export async function readAgent(
  table: ControlTable,
  cluster: number,
): Promise<{ agent: AgentRecord; version: number } | undefined> {
  const item = await readItem(table, agentKey(cluster));
  if (!item) return undefined;
  const raw = fromItem(item);
  return { agent: agentRecordSchema.parse(raw), version: z.int().parse(raw['v']) };
}

/** True where a message comes from the agent that the cluster has now: same certificate, and as its own thing. */
export function isSenderOf(agent: AgentRecord, sender: { client: string; principal: string }): boolean {
  return agent.thing === sender.client && agent.certificate === sender.principal;
}

/** Writes a cluster's agent on condition that the one before is still `version` (0: there was none). */
export function putAgentAction(table: ControlTable, agent: AgentRecord, version: number): TransactWriteItem {
  const still: WriteCondition =
    version === 0
      ? { expression: 'attribute_not_exists(pk)' }
      : { expression: '#v = :known', values: { ':known': version } };
  return {
    Update: setItem(table.table, agentKey(agent.cluster), { ...agent, v: version + 1 }, still),
  };
}

/** Forgets the superseded certificates once the broker ended them, unless another enrolment came between. */
export async function clearSuperseded(table: ControlTable, agent: AgentRecord): Promise<void> {
  try {
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.table,
        Key: keyItem(agentKey(agent.cluster)),
        UpdateExpression: 'SET superseded = :none ADD v :one',
        ConditionExpression: 'epoch = :epoch',
        ExpressionAttributeValues: {
          ':none': { L: [] },
          ':one': { N: '1' },
          ':epoch': { N: String(agent.epoch) },
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** What a cluster's agent last said, or undefined where it never did. */
export async function readAgentState(
  table: ControlTable,
  cluster: number,
): Promise<ReportedState | undefined> {
  const item = await readItem(table, stateKey(cluster));
  if (!item) return undefined;
  const raw = fromItem(item);
  return { seen: new Date(z.int().parse(raw['seen'])), state: agentStateSchema.parse(raw['state']) };
}

/** When the broker last took a word of a cluster's agent, whatever it said; undefined where it never did. */
export async function readLastHeard(table: ControlTable, cluster: number): Promise<Date | undefined> {
  const item = await readItem(table, stateKey(cluster));
  return item && new Date(z.int().parse(fromItem(item)['seen']));
}

/**
 * Notes what an agent said, unless something newer stands: messages overtake each other on their way, and come again.
 *
 * @returns whether it was written
 */
export async function writeAgentState(
  table: ControlTable,
  cluster: number,
  { seen, state }: ReportedState,
): Promise<boolean> {
  const said = { epoch: state.epoch, seen: seen.getTime(), state };
  try {
    await table.client.send(
      new UpdateItemCommand(setItem(table.table, stateKey(cluster), said, isNews(state))),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Of one run of the agent its own count tells which report is later; the broker may have stamped two of them in the
 * other order. Of different runs, and of agents that do not count, the broker's time tells: the agent's clock may jump.
 */
function isNews({ report }: AgentState): WriteCondition {
  const first = 'attribute_not_exists(pk) OR #epoch < :epoch';
  if (!report) return { expression: `${first} OR (#epoch = :epoch AND #seen <= :seen)` };
  const [run, count] = ['#state.#report.#run', '#state.#report.#count'];
  return {
    expression: `${first} OR (#epoch = :epoch AND ((${run} = :run AND ${count} <= :count) OR (NOT ${run} = :run AND #seen <= :seen)))`,
    names: { '#report': 'report', '#run': 'run', '#count': 'count' },
    values: { ':run': report.run, ':count': report.count },
  };
}
