/** Where the local stack says that it is. */
const region = 'eu-west-1';
const account = '000000000000';

type ResourceKind = 'cert' | 'client' | 'policy' | 'thing' | 'topic' | 'topicfilter';

export const iotArn = (kind: ResourceKind, name: string): string => `arn:aws:iot:${region}:${account}:${kind}/${name}`;

/** Names the certificate of an ARN, or undefined where it is no certificate of this account. */
export const certificateOfArn = (arn: string): string | undefined =>
  arn.startsWith(iotArn('cert', '')) ? arn.slice(iotArn('cert', '').length) : undefined;
