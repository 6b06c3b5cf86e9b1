import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** An answer before it is written for API Gateway. */
export interface Reply {
  status: number;
  /** Written as JSON; left out where there is none. */
  body?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** Answers are personal and change: nobody on the way keeps them. */
const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function resultOf(reply: Reply): APIGatewayProxyStructuredResultV2 {
  const text = reply.body === undefined ? undefined : JSON.stringify(reply.body);
  return {
    statusCode: reply.status,
    headers: {
      ...always,
      ...(text !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...reply.headers,
    },
    ...(reply.cookies && { cookies: reply.cookies }),
    ...(text !== undefined && { body: text }),
  };
}
