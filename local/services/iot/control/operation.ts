import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { invalid } from '../iot-error.ts';

/** A request after its route was found; labels and query are decoded. */
export interface OperationRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly accessKeyId: string;
}

/** What an operation needs of its caller's role, and how it answers when it may. */
export interface Plan {
  readonly resources: readonly string[];
  /** Where one call needs more actions than its own name. */
  readonly alsoActions?: readonly string[];
  readonly perform: () => unknown;
}

export interface Operation {
  /** The name in the SDK, and after `iot:` in IAM. */
  readonly name: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** As in the service's model: `/things/{thingName}/principals`. */
  readonly path: string;
  readonly plan: (request: OperationRequest) => Plan;
}

const nameSchema = z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/);

export const thingNameOf = ({ labels }: OperationRequest): string =>
  parsed(
    nameSchema,
    labels['thingName'],
    'thingName has 1 to 128 letters, digits, colons, underscores and hyphens',
  );

export const principalOf = ({ headers }: OperationRequest): string => {
  const principal = headers['x-amzn-principal'];
  return typeof principal === 'string' ? principal : invalid('principal is missing');
};

export const bodyOf = <T>(schema: z.ZodType<T>, { body }: OperationRequest): T => {
  let json: unknown;
  try {
    json = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    return invalid('the body is not JSON');
  }
  const result = schema.safeParse(json);
  return result.success ? result.data : invalid(z.prettifyError(result.error));
};

const parsed = <T>(schema: z.ZodType<T>, value: unknown, refusal: string): T => {
  const result = schema.safeParse(value);
  return result.success ? result.data : invalid(refusal);
};
