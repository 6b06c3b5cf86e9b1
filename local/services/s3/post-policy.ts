import * as z from 'zod';
import { S3Error } from './s3-error.ts';
import { checkScope, compare, timeOf } from './signature-check.ts';
import type { SignatureSettings } from './signature-check.ts';
import { algorithm, signText } from './signing.ts';

/** A form as a browser sends it; names of fields in lower case. */
export type PostedForm = { fields: Map<string, string>; bytes: number };

const policyShape = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), z.number(), z.number()]),
      z.tuple([z.enum(['eq', 'starts-with']), z.string(), z.string()]),
      z.record(z.string(), z.string()),
    ]),
  ),
});
type Condition = z.infer<typeof policyShape>['conditions'][number];

/** Fields that a policy need not mention. */
const free = new Set(['policy', 'x-amz-signature', 'file', 'bucket']);

/** Reads a form of an upload by POST. */
export async function readForm(body: Buffer, contentType: string): Promise<PostedForm> {
  const fields = new Map<string, string>();
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    // Whatever comes after the file is not looked at by S3.
    for (const [name, value] of form) {
      if (typeof value !== 'string') {
        const key = fields.get('key')?.replaceAll('${filename}', value.name);
        if (key !== undefined) fields.set('key', key);
        return { fields, bytes: value.size };
      }
      fields.set(name.toLowerCase(), value);
    }
  } catch {
    throw new S3Error(
      'MalformedPOSTRequest',
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  }
  throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
}

/**
 * Checks that a form was signed, in time, and is what the policy in it allows.
 *
 * @returns the access key id that signed the policy
 */
export function checkForm(bucket: string, form: PostedForm, settings: SignatureSettings): string {
  const fields = new Map(form.fields).set('bucket', bucket);
  const encoded = fields.get('policy');
  if (encoded === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  if (fields.get('x-amz-algorithm') !== algorithm)
    throw new S3Error('InvalidArgument', `x-amz-algorithm must be ${algorithm}`);
  const scope = checkScope(
    fields.get('x-amz-credential') ?? '',
    settings,
    'AuthorizationQueryParametersError',
  );
  timeOf(fields.get('x-amz-date') ?? '');
  compare(fields.get('x-amz-signature') ?? '', signText(encoded, scope, settings.secret(scope.accessKeyId)));
  const policy = readPolicy(encoded);
  if (settings.clock() >= Date.parse(policy.expiration))
    throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
  for (const condition of policy.conditions) checkCondition(condition, fields, form.bytes);
  const named = new Set(policy.conditions.flatMap(fieldsOf));
  const extra = [...fields.keys()].filter(
    (name) => !named.has(name) && !free.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0)
    throw new S3Error('AccessDenied', `Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
  return scope.accessKeyId;
}

function readPolicy(encoded: string): z.infer<typeof policyShape> {
  try {
    return policyShape.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (error) {
    throw new S3Error(
      'InvalidPolicyDocument',
      `Invalid Policy: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

const fieldName = (name: string) => name.replace(/^\$/, '').toLowerCase();

function fieldsOf(condition: Condition): string[] {
  if (!Array.isArray(condition)) return Object.keys(condition).map(fieldName);
  return condition[0] === 'content-length-range' ? [] : [fieldName(condition[1])];
}

function checkCondition(condition: Condition, fields: ReadonlyMap<string, string>, bytes: number): void {
  if (!Array.isArray(condition)) {
    for (const [name, value] of Object.entries(condition))
      mustHold(condition, fields.get(fieldName(name)) === value);
  } else if (condition[0] === 'content-length-range') {
    const [, least, most] = condition;
    if (bytes < least)
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    if (bytes > most)
      throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  } else {
    const [kind, name, value] = condition;
    const given = fields.get(fieldName(name));
    mustHold(condition, given !== undefined && (kind === 'eq' ? given === value : given.startsWith(value)));
  }
}

function mustHold(condition: Condition, holds: boolean): void {
  if (holds) return;
  const text = JSON.stringify(condition);
  throw new S3Error('AccessDenied', `Invalid according to Policy: Policy Condition failed: ${text}`);
}
