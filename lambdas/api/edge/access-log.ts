import type { BaseDependencies } from '../dependencies.ts';
import { logEvents } from '../log-events.ts';
import { CID_HEADER } from '../http/call.ts';
import type { HttpMiddleware } from './correlation-id.ts';

/** One line for each answer, and the counts of the call. Paths hold ids only; queries are left out: people search for names. */
export function accessLog({
  log,
  meter,
  sources,
}: Pick<BaseDependencies, 'log' | 'meter' | 'sources'>): HttpMiddleware {
  const began = new WeakMap<object, number>();
  const done: HttpMiddleware['after'] = ({ event, response }) => {
    log.info(logEvents.answered, {
      method: event.requestContext.http.method,
      path: event.rawPath,
      status: response?.statusCode,
      ms: sources.now().getTime() - (began.get(event) ?? 0),
      cid: event.headers[CID_HEADER],
    });
    log.forget();
    meter.flush();
  };
  return {
    before: ({ event }) => {
      began.set(event, sources.now().getTime());
      log.note({ cid: event.headers[CID_HEADER] });
    },
    after: done,
    onError: done,
  };
}
