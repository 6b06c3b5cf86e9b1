import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

export interface HttpCall {
  method: string;
  /** With its query, below /api. */
  path: string;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
  remote?: string;
}

export const TEST_HOST = '127.0.0.1:8080';

/** A call as API Gateway's HTTP API hands it over (payload 2.0). */
export function httpEvent(call: HttpCall): APIGatewayProxyEventV2 {
  const { pathname, search } = new URL(`http://host/api${call.path}`);
  const headers = { host: TEST_HOST, 'x-forwarded-proto': 'http', ...call.headers };
  return {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers,
    ...(call.cookies && { cookies: call.cookies }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'test',
      domainName: TEST_HOST,
      domainPrefix: 'test',
      http: {
        method: call.method,
        path: pathname,
        protocol: 'HTTP/1.1',
        sourceIp: call.remote ?? '192.0.2.7',
        userAgent: 'test',
      },
      requestId: 'test',
      routeKey: 'ANY /api/{proxy+}',
      stage: '$default',
      time: '24/Nov/2026:12:00:00 +0000',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
    ...(call.body !== undefined && { body: call.body }),
  };
}

export const testContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:test',
  memoryLimitInMB: '512',
  awsRequestId: 'test',
  logGroupName: 'test',
  logStreamName: 'test',
  getRemainingTimeInMillis: () => 20_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
