import * as z from 'zod';

/** The name of the file in the local stack's state folder that tells other commands how to reach it while it runs. */
export const LOCAL_CONNECTION_FILE = 'connection.json';

/** What lies in it: services where the SDKs find them, an operator's key, and the names of what the template made. */
export const localConnectionSchema = z.object({
  v: z.literal(1),
  pid: z.int(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  /** By the SDK's names of them: AWS_ENDPOINT_URL_DYNAMODB, … */
  endpoints: z.record(z.string(), z.url()),
  stage: z.string(),
  zone: z.string(),
  tables: z.object({ control: z.string(), ledger: z.string() }),
});
export type LocalConnection = z.infer<typeof localConnectionSchema>;
