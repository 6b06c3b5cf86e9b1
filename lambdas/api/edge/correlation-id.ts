import { randomUUID } from 'node:crypto';
import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { cidSchema } from '@keystone/shared/contracts/primitives.ts';
import { CID_HEADER } from '../http/call.ts';

export type HttpMiddleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** Takes the caller's correlation id, or makes one, and returns it with every answer. */
export function correlationId(): HttpMiddleware {
  const giveBack: HttpMiddleware['after'] = ({ event, response }) => {
    if (response) response.headers = { ...response.headers, [CID_HEADER]: event.headers[CID_HEADER] ?? '' };
  };
  return {
    before: ({ event }) => {
      const given = cidSchema.safeParse(event.headers[CID_HEADER]);
      event.headers[CID_HEADER] = given.success ? given.data.toLowerCase() : randomUUID();
    },
    after: giveBack,
    onError: giveBack,
  };
}
