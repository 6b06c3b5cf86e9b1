import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { BaseDependencies } from '../dependencies.ts';
import { accessLog } from './access-log.ts';
import { callFrom, type Call } from '../http/call.ts';
import { correlationId } from './correlation-id.ts';
import { problemDocuments } from './problem-documents.ts';
import { resultOf, type Reply } from '../http/reply.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** A Lambda handler behind the HTTP API: what answers a call, within what every answer has. */
export function httpHandler(
  deps: Pick<BaseDependencies, 'log' | 'meter' | 'front' | 'sources'>,
  answer: (call: Call) => Promise<Reply>,
): HttpHandler {
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(correlationId())
    .use(accessLog(deps))
    .use(problemDocuments(deps))
    .handler(async (event: APIGatewayProxyEventV2) => resultOf(await answer(callFrom(event, deps.front))));
  return async (event, context) => handler(event, context);
}
