import { Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  IpProtocol,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * Where functions sit that use the cache: private subnets of both IP versions. Tables are reached by a gateway endpoint
 * and other services over IPv6 through an egress-only gateway, all without an hourly price; there is no NAT.
 */
export class FunctionNetwork extends Construct {
  readonly vpc: IVpc;
  readonly functions: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = this.addVpc();
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Nothing can connect into it; what functions ask of other services is in their own records.',
    });
    this.functions = new SecurityGroup(this, 'functions', {
      vpc: this.vpc,
      description: 'Functions that use the cache',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
  }

  private addVpc(): IVpc {
    const vpc: unknown = new Vpc(this, 'vpc', {
      ipProtocol: IpProtocol.DUAL_STACK,
      ipAddresses: IpAddresses.cidr('10.64.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      // It needs a function of its own to do so; nothing is put into the default group.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 24 }],
      gatewayEndpoints: { tables: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    });
    if (!isVpc(vpc)) throw new Error('CDK made something else than a VPC.');
    return vpc;
  }
}

/** CDK's types are not written for exactOptionalPropertyTypes: under it, a Vpc is no IVpc by its declaration alone. */
const isVpc = (construct: unknown): construct is IVpc => construct instanceof Vpc;
