import { metricNames } from '../../runtime/metrics.ts';
import { errorDetails } from '../../runtime/logger.ts';
import type { BaseDependencies } from '../dependencies.ts';
import { logEvents } from '../log-events.ts';
import { CID_HEADER } from '../http/call.ts';
import type { HttpMiddleware } from './correlation-id.ts';
import { problemReply, refusalOf } from '../http/problem.ts';
import { Refusal } from '../http/refusals.ts';
import { resultOf } from '../http/reply.ts';

/** Answers an error with a problem document. What nobody expected is logged whole, and the caller told only its cid. */
export function problemDocuments({ log, meter }: Pick<BaseDependencies, 'log' | 'meter'>): HttpMiddleware {
  return {
    onError: (request) => {
      const cid = request.event.headers[CID_HEADER] ?? '';
      const known = refusalOf(request.error);
      if (!known) {
        log.error(logEvents.failed, errorDetails(request.error));
        meter.count(metricNames.unexpectedError);
      } else if (known.code === 'conflict') {
        meter.count(metricNames.conflictGivenUp);
      }
      const refusal =
        known ??
        new Refusal('unexpected', `The fault was noted. Name the correlation id ${cid} when you ask.`);
      request.response = resultOf(problemReply(refusal, cid));
    },
  };
}
