import { environments } from '@keystone/shared/contracts/environment.ts';
import { readEnvironment } from '../../runtime/environment.ts';
import { baseDependencies } from '../container.ts';
import { httpHandler } from '../edge/http-handler.ts';
import { signIn } from './sign-in.ts';

const deps = baseDependencies('sign-in', readEnvironment(environments['sign-in']));

export const handler = httpHandler(deps, (call) => signIn(deps, call));
