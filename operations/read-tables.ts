import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  LOCAL_CONNECTION_FILE,
  localConnectionSchema,
  type LocalConnection,
} from '@keystone/shared/contracts/local-connection.ts';
import { readLastId } from '@keystone/shared/store/unit-of-work/counters.ts';
import { readPolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from './output.ts';

/** Options by which every command finds a deployment. */
export const tableOptions = {
  table: { type: 'string' },
  'control-table': { type: 'string' },
  region: { type: 'string' },
  zone: { type: 'string' },
  shards: { type: 'string', default: '1' },
  state: { type: 'string', default: '.keystone' },
} as const;

export const TABLES_HELP = `Which deployment:
  (neither)               the local stack that runs here; --state DIR where its folder is not .keystone
  --table NAME            the ledger's table on AWS, with the credentials that the SDK finds (AWS_PROFILE, …)
  --control-table NAME    its control table; without it marks of policies and agents are not looked at
  --region R              else AWS_REGION
  --zone ZONE             the deployment's time zone; else that of its policies
  --shards N              where balances are spread over N items (1)`;

export interface TableValues {
  table?: string | undefined;
  'control-table'?: string | undefined;
  region?: string | undefined;
  zone?: string | undefined;
  shards: string;
  state: string;
}

export interface Deployment {
  ledger: LedgerTable;
  control: ControlTable | undefined;
  zone: string | undefined;
}

/** The tables that the options name; their client belongs to the command alone. */
export async function readTables(values: TableValues): Promise<Deployment> {
  const shards = Number(values.shards);
  if (!Number.isInteger(shards) || shards < 1)
    throw new CommandError(`--shards wants a number of items, not "${values.shards}"`);
  const { config, tables, zone } = values.table === undefined ? localOf(values.state) : awsOf(values);
  const client = new DynamoDBClient({
    ...config,
    maxAttempts: 8,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    }),
  });
  const ledger = { client, table: tables.ledger, shards };
  const control = tables.control === undefined ? undefined : { client, table: tables.control };
  return { ledger, control, zone: values.zone ?? zone ?? (control && (await zoneOf(control))) };
}

function awsOf(values: TableValues) {
  const region = values.region ?? process.env['AWS_REGION'];
  if (region === undefined) throw new CommandError('name the Region with --region or AWS_REGION');
  const config: DynamoDBClientConfig = { region };
  return {
    config,
    tables: { ledger: values.table ?? '', control: values['control-table'] },
    zone: undefined,
  };
}

function localOf(folder: string) {
  const { region, credentials, endpoints, tables, zone } = readLocalConnection(folder);
  const endpoint = endpoints['AWS_ENDPOINT_URL_DYNAMODB'];
  if (endpoint === undefined) throw new CommandError(`${folder} names no address of DynamoDB`);
  const config: DynamoDBClientConfig = { region, credentials, endpoint };
  return { config, tables, zone };
}

/** How to reach the local stack whose state is in a folder. @throws CommandError where none runs there */
export function readLocalConnection(folder: string): LocalConnection {
  const file = join(resolve(folder), LOCAL_CONNECTION_FILE);
  const advice =
    'start it with npm start, name its folder with --state, or name the tables of a deployment with --table and --region';
  try {
    return localConnectionSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CommandError(`No local stack runs in ${resolve(folder)}: ${advice}.`, { cause });
  }
}

/** Every policy names the zone on whose days it was built. */
async function zoneOf(control: ControlTable): Promise<string | undefined> {
  const last = await readLastId(control, 'cluster');
  for (let cluster = 1; cluster <= last; cluster++) {
    const head = await readPolicyHead(control, cluster);
    if (head) return head.policy.zone;
  }
  return undefined;
}
