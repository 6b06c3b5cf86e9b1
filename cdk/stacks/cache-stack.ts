import { Stack, type StackProps } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import type { Construct } from 'constructs';
import { FunctionNetwork } from '../constructs/function-network.ts';
import { namesOf } from '../names.ts';
import type { Stage } from '../stages.ts';

interface CacheStackProps extends StackProps {
  stage: Stage;
}

/** A shared cache and the network that its users sit in; only on stages that ask for it. */
export class CacheStack extends Stack {
  readonly network: FunctionNetwork;
  /** Where the cache answers. ElastiCache Serverless speaks TLS only. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: CacheStackProps) {
    super(scope, id, props);
    this.network = new FunctionNetwork(this, 'network');
    const { vpc, functions } = this.network;
    const door = new SecurityGroup(this, 'cache-door', {
      vpc,
      description: 'The cache, open to functions alone',
      allowAllOutbound: false,
    });
    door.addIngressRule(functions, Port.tcp(6379), 'Functions');
    const cache = new CfnServerlessCache(this, 'cache', {
      serverlessCacheName: namesOf(props.stage.name).stack('cache'),
      description: `Keystone ${props.stage.name}: answers that can be had again`,
      engine: 'valkey',
      majorEngineVersion: '8',
      subnetIds: vpc.privateSubnets.map((subnet) => subnet.subnetId),
      securityGroupIds: [door.securityGroupId],
      // A bound on the bill; what does not fit is asked of the table again.
      cacheUsageLimits: {
        dataStorage: { maximum: 1, unit: 'GB' },
        ecpuPerSecond: { maximum: 5000 },
      },
    });
    this.url = `rediss://${cache.attrEndpointAddress}:${cache.attrEndpointPort}`;
  }
}
