import { environments } from '@keystone/shared/contracts/environment.ts';
import { controlTable } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { meterFor } from '../runtime/metrics.ts';
import { systemSources } from '../runtime/sources.ts';
import { watchAgents } from './watch-agents.ts';

const env = readEnvironment(environments['watch-agents']);
const meter = meterFor('watch-agents', env.KEYSTONE_STAGE);
const watch = {
  control: controlTable(env),
  sources: systemSources,
  log: logFor('watch-agents', env.KEYSTONE_STAGE),
  meter,
};

export async function handler(): Promise<{ silent: number[] }> {
  try {
    return { silent: await watchAgents(watch) };
  } finally {
    meter.flush();
  }
}
