import type { IncomingHttpHeaders } from 'node:http';
import type { buildApp } from 'fauxqs';
import * as z from 'zod';
import { accessKeyIdOf } from '../../roles/credentials.ts';
import type { Authorise } from '../../roles/role.ts';
import type { Parts } from '../fauxqs/fauxqs-parts.ts';
import { createMoveTasks } from './move-tasks.ts';
import { QueueError } from './queue-error.ts';
import { queueRight } from './queue-rights.ts';

type App = ReturnType<typeof buildApp>;
type Answer = Record<string, unknown>;

const bodyShape = z.record(z.string(), z.unknown());
const target = /^AmazonSQS\.(\w+)$/;
const contentType = 'application/x-amz-json-1.0';

/**
 * Puts the check of roles, and the operations that fauxqs lacks, before its handlers; they run in the same process, so
 * that a message costs no second hop.
 */
export function addQueueChecks(app: App, parts: Parts, authorise: Authorise | undefined): void {
  const answer = createAnswers(parts, authorise);
  app.addHook('preHandler', (request, reply, done) => {
    try {
      const own = answer(request.headers, request.body);
      if (own) void reply.header('content-type', contentType).send(own);
      else done();
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      const body = { __type: `com.amazonaws.sqs#${error.type}`, message: error.message };
      void reply.status(error.status).header('content-type', contentType).send(body);
    }
  });
}

/**
 * Checks a request.
 *
 * @returns the answer where it is ours to give, or undefined where fauxqs is to give it
 */
function createAnswers(parts: Parts, authorise: Authorise | undefined) {
  const moveTasks = createMoveTasks(parts, Date.now);
  return (headers: IncomingHttpHeaders, body: unknown): Answer | undefined => {
    const operation = target.exec(String(headers['x-amz-target']))?.[1];
    if (operation === undefined)
      throw new QueueError('InvalidAction', 'Only SQS is served here, in its JSON protocol');
    const request = bodyShape.safeParse(body);
    if (!request.success)
      throw new QueueError('InvalidParameterValue', 'The request body is not a JSON object');
    const accessKeyId = accessKeyIdOf(headers.authorization);
    if (accessKeyId === undefined)
      throw new QueueError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    const { action, resource } = queueRight(operation, request.data);
    const decision = authorise?.({ accessKeyId, service: 'sqs', action, resources: [resource] });
    if (decision && !decision.allowed) throw new QueueError('AccessDeniedException', decision.message, 403);
    return moveTasks.get(operation)?.(request.data);
  };
}
