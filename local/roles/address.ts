/** Where the local stack says it is. */
export const region = 'eu-west-1';
export const account = '000000000000';

/** ARN of a local resource, for example `arn('sqs', 'policy')`. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
