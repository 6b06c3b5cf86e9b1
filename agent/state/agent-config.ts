import * as z from 'zod';
import { enrolmentResponseSchema } from '@keystone/shared/contracts/agent.ts';

/** What enrolment left in the state folder, beside the key and the certificates. */
export const agentConfigSchema = enrolmentResponseSchema
  .pick({ thing: true, cluster: true, epoch: true, endpoint: true, topics: true, zone: true })
  .extend({
    v: z.literal(1),
    /** Where it was enrolled. */
    url: z.url(),
    /** Days of the scheduler's accounting that the very first reading brings in. */
    historyDays: z.int().min(1).max(3_650).default(30),
    scheduler: z.discriminatedUnion('kind', [
      /** Path of slurm.conf, or null for the place that the scheduler's commands know. */
      z.object({ kind: z.literal('slurm'), conf: z.string().nullable() }),
      /** Path of the file that describes the simulation. */
      z.object({ kind: z.literal('simulated'), conf: z.string() }),
    ]),
  });
export type AgentConfig = z.infer<typeof agentConfigSchema>;
