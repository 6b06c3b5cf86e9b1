import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { arn } from '../../roles/address.ts';
import { accessKeyIdOf } from '../../roles/credentials.ts';
import type { Authorise, Decision } from '../../roles/role.ts';
import { readBody } from '../loopback-server.ts';
import type { Inbox } from './inbox.ts';
import { addressIn, senderOf } from './sender.ts';

/** SES takes mails of 10 MB; in a form they are a third larger, and then escaped. */
const mostBytes = 16 * 1024 * 1024;

/** What the page of the inbox asks for; whoever reaches loopback may look. */
const pages = new Set(['GET /', 'GET /store', 'GET /get-emlContent', 'POST /clear-store']);

/** A refusal as SES words it. */
class SesError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'SesError';
    this.code = code;
    this.status = status;
  }
}

/** Serves SendRawEmail, after a check of the caller's role, and the inbox. */
export function createSesFront(inbox: Inbox, authorise: Authorise | undefined): Server {
  return createServer((request, response) => {
    answer(inbox, authorise, request, response).catch((error: unknown) => {
      const known = error instanceof SesError ? error : undefined;
      if (!known) console.error('SES:', error);
      const message = error instanceof Error ? error.message : String(error);
      refuse(response, known ?? new SesError('InternalFailure', message, 500));
    });
  });
}

async function answer(
  inbox: Inbox,
  authorise: Authorise | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const bytes = await readBody(request, mostBytes);
  if (bytes === undefined)
    throw new SesError('InvalidParameterValue', 'Message length is more than 10485760 bytes long');
  const body = bytes.toString('utf8');
  const action = new URLSearchParams(body).get('Action');
  if (!pages.has(`${method} ${url.split('?')[0] ?? ''}`)) {
    if (method !== 'POST' || url !== '/' || action !== 'SendRawEmail')
      throw new SesError(
        'InvalidAction',
        `${action ?? `${method} ${url}`} is not served; only SendRawEmail is`,
      );
    check(authorise, headers.authorization, new URLSearchParams(body));
  }
  const passed = await inbox.ask(url, {
    method,
    headers: {
      ...(headers['content-type'] !== undefined && { 'content-type': headers['content-type'] }),
      ...(headers.authorization !== undefined && { authorization: headers.authorization }),
    },
    ...(method === 'POST' && { body }),
  });
  response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' });
  response.end(Buffer.from(await passed.arrayBuffer()));
}

function check(
  authorise: Authorise | undefined,
  authorization: string | undefined,
  form: URLSearchParams,
): void {
  const accessKeyId = accessKeyIdOf(authorization);
  if (accessKeyId === undefined)
    throw new SesError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
  const mail = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString('latin1');
  const from = addressIn(form.get('Source') ?? '') ?? senderOf(mail);
  if (from === undefined) throw new SesError('InvalidParameterValue', 'Missing required header "From".');
  const decision = authorise && mayWriteAs(authorise, accessKeyId, from);
  if (decision && !decision.allowed) throw new SesError('AccessDenied', decision.message, 403);
}

/** AWS counts an address under its own identity where it was verified as such, else under its domain. */
function mayWriteAs(authorise: Authorise, accessKeyId: string, from: string): Decision {
  const call = {
    accessKeyId,
    service: 'ses',
    action: 'ses:SendRawEmail',
    context: { 'ses:FromAddress': from },
  };
  const as = (identity: string) => authorise({ ...call, resources: [arn('ses', `identity/${identity}`)] });
  const address = as(from);
  return address.allowed ? address : as(from.slice(from.indexOf('@') + 1));
}

function refuse(response: ServerResponse, { code, message, status }: SesError): void {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const type = status < 500 ? 'Sender' : 'Receiver';
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>${type}</Type><Code>${code}</Code>` +
      `<Message>${text}</Message></Error></ErrorResponse>`,
  );
}
