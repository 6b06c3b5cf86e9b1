import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment, FunctionName } from '@keystone/shared/contracts/environment.ts';
import { functions } from '../functions.ts';
import type { FunctionNetwork } from './function-network.ts';
import { namesOf } from '../names.ts';
import { wildcardFinding } from '../nag-finding.ts';
import { rightOf } from '../permission-statements.ts';
import { permissions, type Permission } from '../permissions.ts';
import type { Stage } from '../stages.ts';

interface KeystoneFunctionProps<F extends FunctionName> {
  stage: Stage;
  name: F;
  /** What the handler reads; a missing name does not compile. */
  environment: Environment<F>;
  /** Folder with the bundle. */
  bundle: string;
  /** Where it sits; on AWS's own network unless given. */
  network?: FunctionNetwork;
}

/** One function: its bundle, its log group, and a role that allows what permissions.ts says and nothing else. */
export class KeystoneFunction<F extends FunctionName> extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, props: KeystoneFunctionProps<F>) {
    super(scope, props.name);
    const { stage, name } = props;
    const spec = functions[name];
    const reserved = stage.reservedConcurrency[name];
    const place = props.network && placeIn(props.network);
    const logGroup = new LogGroup(this, 'logs', {
      logGroupName: `/aws/lambda/${namesOf(stage.name).function(name)}`,
      retention: stage.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.lambda = new LambdaFunction(this, 'function', {
      functionName: namesOf(stage.name).function(name),
      description: spec.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      role: this.role(props, logGroup).withoutPolicyUpdates(),
      logGroup,
      environment: setOnly({ ...props.environment, ...runtimeEnvironment(name), ...place?.environment }),
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      ...this.failures(stage, name),
      ...place?.settings,
    });
  }

  private role({ stage, name, network }: KeystoneFunctionProps<F>, logGroup: LogGroup): Role {
    const writeLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const stack = Stack.of(this);
    const listed: Permission[] = [...permissions[name], ...(network ? [{ on: 'network' } as const] : [])];
    const rights = listed.map((permission) => rightOf(stack, stage.name, permission));
    const statements = [...rights.map((right) => right.statement), writeLogs];
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Keystone ${stage.name}: ${name}`,
      inlinePolicies: { permissions: new PolicyDocument({ statements }) },
    });
    for (const { wildcard } of rights) {
      if (!wildcard) continue;
      const { resource, reason } = wildcard;
      Validations.of(role).acknowledge({ id: wildcardFinding(stack, resource), reason });
    }
    return role;
  }

  /** A task that failed its last try is kept: nobody waits for its answer. */
  private failures(stage: Stage, name: FunctionName) {
    const keeps = permissions[name].some((right) => right.on === 'send' && right.queue === 'task-failures');
    if (!keeps) return {};
    const queueArn = Stack.of(this).formatArn({
      service: 'sqs',
      resource: namesOf(stage.name).queue('task-failures'),
    });
    return { deadLetterQueue: Queue.fromQueueArn(this, 'task-failures', queueArn) };
  }
}

/** An optional variable that a stage does not set is not there, rather than empty. */
const setOnly = (variables: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** Settings of Node and Powertools, which no handler reads itself. */
const runtimeEnvironment = (name: FunctionName) => ({
  NODE_OPTIONS: '--enable-source-maps',
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: 'Keystone',
  POWERTOOLS_LOG_LEVEL: 'INFO',
});

/** In private subnets an AWS service is reached over IPv6, under its dual-stack name. */
const placeIn = ({ vpc, functions: securityGroup }: FunctionNetwork) => ({
  environment: { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  settings: {
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [securityGroup],
    ipv6AllowedForDualStack: true,
  },
});
