import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { Json } from 'dynalite/db/index.js';
import { accessKeyIdOf } from '../../roles/credentials.ts';
import type { Authorise } from '../../roles/role.ts';
import { readBody } from '../loopback-server.ts';
import type { Engine } from './engine.ts';
import { DynamoDbError, isRefusal } from './operations/errors.ts';
import { operations } from './operations/operations.ts';
import { rightsOf } from './rights.ts';

/** DynamoDB takes no larger request. */
const mostBytes = 16 * 1024 * 1024;

/** Serves an engine over HTTP, in the form that the SDKs speak. */
export function createFront(engine: Engine, authorise: Authorise | undefined): Server {
  return createServer((request, response) => {
    void answer(engine, authorise, request, response);
  });
}

async function answer(
  engine: Engine,
  authorise: Authorise | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request, mostBytes);
    if (body === undefined) throw new DynamoDbError('SerializationException', 'Request is larger than 16 MB');
    send(response, 200, await run(engine, authorise, request, body.toString('utf8')));
  } catch (error) {
    if (isRefusal(error)) {
      send(response, error.statusCode, error.body);
      return;
    }
    console.error('DynamoDB:', error);
    send(response, 500, {
      __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

async function run(
  engine: Engine,
  authorise: Authorise | undefined,
  request: IncomingMessage,
  body: string,
): Promise<Json> {
  const operation = /^DynamoDB_20120810\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
  const perform = operations.get(operation);
  if (!perform)
    throw new DynamoDbError('UnknownOperationException', `Operation ${operation} is not known here`);
  const raw = parseBody(body);
  const accessKeyId = accessKeyIdOf(request.headers.authorization);
  if (accessKeyId === undefined)
    throw new DynamoDbError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  if (authorise)
    for (const { action, resource } of rightsOf(operation, raw)) {
      const decision = authorise({ accessKeyId, service: 'dynamodb', action, resources: [resource] });
      if (!decision.allowed) throw new DynamoDbError('AccessDeniedException', decision.message);
    }
  return perform(engine, raw);
}

function parseBody(body: string): Json {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return Object.fromEntries(Object.entries(parsed));
  } catch {
    // Answered below, as any other body that is no object.
  }
  throw new DynamoDbError('SerializationException', 'The request body is not a JSON object');
}

function send(response: ServerResponse, status: number, answer: Json): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amzn-requestid': randomUUID(),
    'x-amz-crc32': crc32(body),
  });
  response.end(body);
}
