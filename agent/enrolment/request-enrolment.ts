import {
  enrolmentResponseSchema,
  type EnrolmentRequest,
  type EnrolmentResponse,
} from '@keystone/shared/contracts/agent.ts';
import * as z from 'zod';

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Enrolment did not come about; the message says why and what to do. */
export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
}

/** What the API says of an error (RFC 9457). */
const problemSchema = z.object({ title: z.string(), detail: z.string().optional() });

/**
 * The address to enrol at.
 *
 * @param api the API's address, `https://keystone.example.org/api`
 * @throws EnrolmentError where it is no address, or would send the token in the clear over a network
 */
export function enrolmentUrl(api: string): URL {
  if (!URL.canParse(api)) throw new EnrolmentError(`--url ${api} is no address (https://…/api)`);
  const url = new URL(`${api.replace(/\/+$/, '')}/agents/enrol/`);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new EnrolmentError(
    `--url ${api}: the token goes over https only (http is taken on this machine alone)`,
  );
}

/** Trades the token and the request for a certificate. */
export async function requestEnrolment(url: URL, request: EnrolmentRequest): Promise<EnrolmentResponse> {
  const { status, text } = await post(url, JSON.stringify(request));
  const answer = parseJson(text);
  if (status >= 200 && status < 300) {
    const response = enrolmentResponseSchema.safeParse(answer);
    if (response.success) return response.data;
    throw new EnrolmentError(
      `${url.host} answered ${status}, but not with an enrolment: is this the API's address?`,
    );
  }
  const problem = problemSchema.safeParse(answer);
  const said = problem.success ? (problem.data.detail ?? problem.data.title) : 'no reason given';
  throw new EnrolmentError(`${url.host} refused (${status}): ${said}`);
}

async function post(url: URL, body: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, text: await readCapped(response) };
  } catch (cause) {
    if (cause instanceof EnrolmentError) throw cause;
    const reason =
      cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new EnrolmentError(`${url.host} can't be reached: ${reason}`, { cause });
  }
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new EnrolmentError('the answer is too long for an enrolment');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
