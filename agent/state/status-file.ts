import * as z from 'zod';
import { agentStateSchema } from '@keystone/shared/contracts/agent.ts';
import type { Disk } from './disk.ts';

const FILE = 'status.json';

/** What a running agent leaves for `status`: the state that it tells the cloud, and how it stands with the cloud. */
const agentStatusSchema = z.object({
  v: z.literal(1),
  state: agentStateSchema,
  connected: z.boolean(),
  /** When the cloud was last heard of, ISO. */
  lastContact: z.iso.datetime().nullable(),
});
export type AgentStatus = z.infer<typeof agentStatusSchema>;

export async function writeStatus(disk: Disk, status: AgentStatus): Promise<void> {
  await disk.replace(FILE, Buffer.from(`${JSON.stringify(status, null, 2)}\n`));
}

/** @returns undefined where no agent has run here, or what it left can't be read */
export async function readStatus(disk: Disk): Promise<AgentStatus | undefined> {
  const bytes = await disk.read(FILE);
  if (!bytes) return undefined;
  try {
    return agentStatusSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
