import { invalid } from './iot-error.ts';

/** Where the local stack says that it is. */
const region = 'eu-west-1';
const account = '000000000000';

type ResourceKind = 'cert' | 'client' | 'policy' | 'thing' | 'topic' | 'topicfilter';

export const iotArn = (kind: ResourceKind, name: string): string =>
  `arn:aws:iot:${region}:${account}:${kind}/${name}`;

/** Reads the certificate's id out of a principal, which must be an ARN of this account. */
export const certificateOfPrincipal = (principal: string): string => {
  const prefix = iotArn('cert', '');
  return principal.startsWith(prefix)
    ? principal.slice(prefix.length)
    : invalid(`Principal ${principal} is not the ARN of a certificate of this account`);
};
