import type { ApiDependencies } from '@keystone/lambdas/api/dependencies.ts';
import { csrfTokenOf } from '@keystone/lambdas/api/authentication/session-cookies.ts';
import { routes } from '@keystone/lambdas/api/endpoints.ts';
import { answerCall } from '@keystone/lambdas/api/http/answer.ts';
import { callFrom } from '@keystone/lambdas/api/http/call.ts';
import { refusalOf } from '@keystone/lambdas/api/http/problem.ts';
import { refusals } from '@keystone/lambdas/api/http/refusals.ts';
import { httpEvent } from '@keystone/lambdas/api/testing/http-event.ts';
import type { Stream } from '../core/chance.ts';
import { Life } from '../core/life.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { OutboxWatch } from '../checks/outbox-watch.ts';
import type { Cloud } from './cloud.ts';
import { quietLog, quietMeter } from './quiet.ts';

/** What a call came to; `undefined` where nobody knows: the function died, or its time was over. */
export type Answered = { status: number; body: unknown } | undefined;

export interface CallerParts {
  readonly time: WorldTime;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly chance: Stream;
  readonly cloud: Cloud;
  readonly outbox: OutboxWatch;
  readonly zone: string;
}

/** API Gateway gives up on a function after this. */
const TIMEOUT_MS = 29_000;

/** Who is signed in, for good: 43 characters as a session token has. */
export const SESSION_TOKEN = 'world-session-token-of-forty-three-letters-';

const statusOf = (error: unknown) => {
  const refusal = refusalOf(error);
  return refusal ? refusals[refusal.code].status : 500;
};

/** Calls the API as a signed-in program does, each call in an environment of its own that may die. */
export class ApiCaller {
  readonly #parts: CallerParts;
  calls = 0;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  call(method: string, path: string, body?: object): Promise<Answered> {
    const { time, weather, chance, cloud, outbox, journal } = this.#parts;
    this.calls += 1;
    const life = new Life(time);
    if (weather.strikes('lambda-crash', 0.06)) life.endAtCall(chance.whole(1, 40) / 2);
    const cid = cloud.newCid();
    outbox.callers.add(cid);
    const event = httpEvent({
      method,
      path,
      headers: {
        'x-keystone-cid': cid,
        'x-csrftoken': csrfTokenOf(SESSION_TOKEN),
        ...(body && { 'content-type': 'application/json' }),
      },
      cookies: [`keystone-session=${SESSION_TOKEN}`],
      ...(body && { body: JSON.stringify(body) }),
    });
    return new Promise((resolve) => {
      const answer = (answered: Answered): void => {
        journal.note(
          'api',
          () => `${method} ${path} ${JSON.stringify(body ?? {})} → ${answered?.status ?? 'unknown'}`,
        );
        resolve(answered);
      };
      life.onEnd(() => answer(undefined));
      const stopTimer = time.after(TIMEOUT_MS, () => life.end());
      const deps = this.#dependencies(life);
      answerCall(deps, routes, callFrom(event, deps.front)).then(
        (reply) => {
          stopTimer();
          answer({ status: reply.status, body: reply.body });
        },
        (error: unknown) => {
          stopTimer();
          answer({ status: statusOf(error), body: String(error) });
        },
      );
    });
  }

  /** What answers a call; the edge around it (middy) has timers of its own and is left out. */
  #dependencies(life: Life): ApiDependencies {
    const { cloud, zone, journal } = this.#parts;
    const { control, ledger } = cloud.tables(life, 'api');
    return {
      control,
      ledger,
      sources: cloud.sources(life),
      outbox: cloud.outbox(life, 'api', control),
      zone,
      front: { origin: '', edgeKey: '' },
      log: quietLog(journal, 'api'),
      meter: quietMeter,
    };
  }
}
