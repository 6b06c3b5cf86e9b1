import { CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { EventSourceMapping, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { ApiRoutes } from '../constructs/api-routes.ts';
import { KeystoneFunction } from '../constructs/keystone-function.ts';
import { ScheduledTasks } from '../constructs/scheduled-tasks.ts';
import { bundleFolder } from '../bundling.ts';
import { environmentsOf } from '../environments.ts';
import { functionNames, functions } from '../functions.ts';
import { namesOf, workQueues } from '../names.ts';
import type { CacheStack } from './cache-stack.ts';
import type { Stage } from '../stages.ts';
import { readers } from '../work-queues.ts';

interface ComputeStackProps extends StackProps {
  stage: Stage;
  api: HttpApi;
  /** The site's public origin, or empty where none is known beforehand. */
  origin: string;
  /** What the distribution shows to be believed, or empty. */
  edgeKey: string;
  /** Where the stage has one. */
  cache?: CacheStack;
  /** Folder with a bundle for each function. */
  bundles: string;
}

/** Everything that runs: functions, and what calls them. */
export class ComputeStack extends Stack {
  constructor(scope: Construct, id: string, props: ComputeStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const functionOf = this.addFunctions(props);
    new ApiRoutes(this, 'routes', { api: props.api, functionOf });
    new ScheduledTasks(this, 'schedules', { stage, functionOf });
    for (const queue of workQueues) {
      new EventSourceMapping(this, `${queue}-source`, {
        target: functionOf(readers[queue].function),
        eventSourceArn: this.formatArn({ service: 'sqs', resource: namesOf(stage.name).queue(queue) }),
        batchSize: readers[queue].batchSize,
        reportBatchItemFailures: true,
      });
    }
  }

  private addFunctions({
    stage,
    origin,
    edgeKey,
    cache,
    bundles,
  }: ComputeStackProps): (name: FunctionName) => LambdaFunction {
    const brokerCa = new CfnParameter(this, 'BrokerCa', {
      type: 'String',
      default: '',
      description: 'PEM of the broker’s authority; empty on AWS, whose authority every system knows',
    });
    const environments = environmentsOf(this, stage, {
      origin,
      edgeKey,
      brokerCa: brokerCa.valueAsString,
      ...(cache ? { cache: cache.url } : {}),
    });
    const made = new Map(
      functionNames.map((name) => {
        const bundle = bundleFolder(bundles, name);
        const network = cache && functions[name].usesCache ? { network: cache.network } : {};
        const environment = environments[name];
        return [name, new KeystoneFunction(this, { stage, name, environment, bundle, ...network })];
      }),
    );
    return (name) => {
      const found = made.get(name);
      if (!found) throw new Error(`Function ${name} is missing from functionNames in cdk/functions.ts.`);
      return found.lambda;
    };
  }
}
