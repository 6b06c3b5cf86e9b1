import { environments } from '@keystone/shared/contracts/environment.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { httpHandler } from '../edge/http-handler.ts';
import { enrolDependencies } from './container.ts';
import { enrolAgent } from './enrol-agent.ts';

const deps = enrolDependencies(readEnvironment(environments.enrol));

export const handler = httpHandler(deps, (call) => enrolAgent(deps, call));
