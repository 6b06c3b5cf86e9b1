import { Validations } from 'aws-cdk-lib';
import { HttpMethod, HttpRoute, HttpRouteKey, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

/**
 * Paths of each function behind the HTTP API. A route's key may not end with a slash, and `/x` does not take `/x/`; the
 * greedy variable does, so a path that is answered with and without the slash has two routes.
 */
export const routes: readonly { function: FunctionName; method: HttpMethod; paths: readonly string[] }[] = [
  { function: 'api', method: HttpMethod.ANY, paths: ['/api/{proxy+}'] },
  {
    function: 'sign-in',
    method: HttpMethod.POST,
    paths: ['/api/authentication/login', '/api/authentication/login/{proxy+}'],
  },
  {
    function: 'enrol',
    method: HttpMethod.POST,
    paths: ['/api/agents/enrol', '/api/agents/enrol/{proxy+}'],
  },
];

interface ApiRoutesProps {
  api: HttpApi;
  functionOf: (name: FunctionName) => IFunction;
}

/** Routes of the HTTP API to the functions that answer, with payload 2.0. */
export class ApiRoutes extends Construct {
  constructor(scope: Construct, id: string, props: ApiRoutesProps) {
    super(scope, id);
    for (const route of routes) {
      const integration = new HttpLambdaIntegration(
        `${route.function}-integration`,
        props.functionOf(route.function),
      );
      for (const path of route.paths) {
        const added = new HttpRoute(this, `${route.method} ${path.replaceAll('/', ' ').trim()}`, {
          httpApi: props.api,
          routeKey: HttpRouteKey.with(path, route.method),
          integration,
        });
        Validations.of(added).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'Each function checks the session, signature or token itself, in one transaction with the effect.',
        });
      }
    }
  }
}
