import { pseudoParameters, TemplateError, type Attributes, type Properties } from './intrinsics.ts';

const account = pseudoParameters['AWS::AccountId'] ?? '';
const region = pseudoParameters['AWS::Region'] ?? '';
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

/** Where a resource of the template is known by; `name` is its physical name, or its logical id where it has none. */
type Describe = (name: string, logicalId: string) => Attributes;

const plain: Describe = (name) => ({ ref: name, get: {} });
const withArn =
  (make: (name: string) => string): Describe =>
  (name) => ({ ref: name, get: { Arn: make(name) } });

/** Address of a queue, as AWS would name it; the local SQS answers to its path. */
export const queueUrl = (name: string) => `https://sqs.${region}.amazonaws.com/${account}/${name}`;

/** Types that the local stack runs. */
const run: Record<string, Describe> = {
  'AWS::DynamoDB::Table': withArn((name) => arn('dynamodb', `table/${name}`)),
  'AWS::SQS::Queue': (name) => ({
    ref: queueUrl(name),
    get: { Arn: arn('sqs', name), QueueName: name, QueueUrl: queueUrl(name) },
  }),
  'AWS::Lambda::Function': withArn((name) => arn('lambda', `function:${name}`)),
  'AWS::Lambda::EventSourceMapping': plain,
  'AWS::ApiGatewayV2::Api': (name, id) => ({
    ref: id.toLowerCase(),
    get: {
      ApiEndpoint: `https://${id.toLowerCase()}.execute-api.${region}.amazonaws.com`,
      ApiId: id.toLowerCase(),
    },
  }),
  'AWS::ApiGatewayV2::Route': plain,
  'AWS::ApiGatewayV2::Integration': plain,
  'AWS::Scheduler::Schedule': withArn((name) => arn('scheduler', `schedule/default/${name}`)),
  'AWS::IoT::Policy': withArn((name) => arn('iot', `policy/${name}`)),
  'AWS::IoT::TopicRule': withArn((name) => arn('iot', `rule/${name}`)),
  'AWS::S3::Bucket': (name) => {
    const bucket = name.toLowerCase();
    return {
      ref: bucket,
      get: {
        Arn: `arn:aws:s3:::${bucket}`,
        DomainName: `${bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
      },
    };
  },
  'AWS::IAM::Role': (name) => ({
    ref: name,
    get: { Arn: `arn:aws:iam::${account}:role/${name}`, RoleId: name },
  }),
  'AWS::CloudFront::Function': (name) => ({
    ref: name,
    get: { FunctionARN: `arn:aws:cloudfront::${account}:function/${name}` },
  }),
  'AWS::CloudFront::Distribution': (name) => ({
    ref: name,
    get: { DomainName: `${name.toLowerCase()}.cloudfront.net`, Id: name },
  }),
  'AWS::CloudFront::ResponseHeadersPolicy': (name) => ({ ref: name, get: { Id: name } }),
};

/** Types that mean nothing on one machine: what they guard or watch is done by the services here, or by nobody. */
const ignored: Record<string, Describe> = {
  'AWS::CDK::Metadata': plain,
  'AWS::IAM::Policy': plain,
  'AWS::Lambda::Permission': plain,
  'AWS::Logs::LogGroup': withArn((name) => arn('logs', `log-group:${name}`)),
  'AWS::SQS::QueuePolicy': plain,
  'AWS::S3::BucketPolicy': plain,
  'AWS::ApiGatewayV2::Stage': plain,
  'AWS::CloudFront::OriginAccessControl': (name) => ({ ref: name, get: { Id: name } }),
  'AWS::CloudWatch::Alarm': withArn((name) => arn('cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::Dashboard': plain,
  'AWS::SES::EmailIdentity': (name) => ({
    ref: name,
    get: Object.fromEntries(
      [1, 2, 3].flatMap((n) => [
        [`DkimDNSTokenName${n}`, `${n}`],
        [`DkimDNSTokenValue${n}`, `${n}`],
      ]),
    ),
  }),
  'AWS::SNS::Topic': (name) => ({ ref: arn('sns', name), get: { TopicName: name } }),
  'AWS::SNS::TopicPolicy': plain,
  'AWS::SNS::Subscription': plain,
};

const nameProperties = [
  'TableName',
  'QueueName',
  'FunctionName',
  'RoleName',
  'PolicyName',
  'RuleName',
  'BucketName',
  'LogGroupName',
  'AlarmName',
  'TopicName',
  'Name',
];

/**
 * What a resource is known by.
 *
 * @throws TemplateError, by type and name, for a resource that the local stack does not know
 */
export function describeResource(
  template: string,
  logicalId: string,
  type: string,
  properties: Properties,
): Attributes {
  const describe = run[type] ?? ignored[type];
  if (!describe)
    throw new TemplateError(
      `${template}: the local stack does not know resource ${logicalId} of type ${type}; teach it in local/template/resource-attributes.ts`,
    );
  const given = nameProperties
    .map((property) => properties[property])
    .find((name) => typeof name === 'string');
  return describe(typeof given === 'string' ? given : logicalId, logicalId);
}
