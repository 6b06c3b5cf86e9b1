import { environments } from '@keystone/shared/contracts/environment.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { apiDependencies } from './container.ts';
import { routes } from './endpoints.ts';
import { answerCall } from './http/answer.ts';
import { httpHandler } from './edge/http-handler.ts';

const deps = apiDependencies(readEnvironment(environments.api));

export const handler = httpHandler(deps, (call) => answerCall(deps, routes, call));
