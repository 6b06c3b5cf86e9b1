import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { makeKeyAndRequest } from './certificate-request.ts';
import { enrolmentUrl, requestEnrolment } from './request-enrolment.ts';

describe('the address to enrol at', () => {
  it.each([
    ['https://keystone.example.org/api', 'https://keystone.example.org/api/agents/enrol/'],
    ['https://keystone.example.org/api//', 'https://keystone.example.org/api/agents/enrol/'],
    ['http://127.0.0.1:8080/api', 'http://127.0.0.1:8080/api/agents/enrol/'],
    ['http://localhost/api', 'http://localhost/api/agents/enrol/'],
    ['http://[::1]:1/api', 'http://[::1]:1/api/agents/enrol/'],
  ])('of %s is %s', (api, expected) => {
    expect(enrolmentUrl(api).href).toBe(expected);
  });

  it.each([
    'keystone',
    'http://keystone.example.org/api',
    'ftp://localhost/api',
    'http://127.0.0.1.example.org/api',
  ])('is not %s', (api) => {
    expect(() => enrolmentUrl(api)).toThrow(api);
  });
});

describe('a request for enrolment', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  const request = { token: 't'.repeat(40), csr: makeKeyAndRequest().csr };
  const answering = async (status: number, body: string): Promise<URL> => {
    server = createServer((_request, response) => response.writeHead(status).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return enrolmentUrl(`http://127.0.0.1:${port}/api`);
  };

  it('that is refused says why, in the words of the API', async () => {
    const url = await answering(403, JSON.stringify({ title: 'Forbidden', detail: 'The token was used.' }));
    await expect(requestEnrolment(url, request)).rejects.toThrow('refused (403): The token was used.');
  });

  it.each([
    ['a page', '<html></html>'],
    ['another answer', '{"ok":true}'],
  ])('that is answered by %s asks whether this is the API', async (_what, body) => {
    await expect(requestEnrolment(await answering(200, body), request)).rejects.toThrow(
      "is this the API's address?",
    );
  });

  it('reads no endless answer', async () => {
    const url = await answering(200, 'x'.repeat(70_000));
    await expect(requestEnrolment(url, request)).rejects.toThrow('too long');
  });

  it('names the host that can not be reached', async () => {
    const url = await answering(200, '');
    server?.close();
    await expect(requestEnrolment(url, request)).rejects.toThrow(`${url.host} can't be reached`);
  });
});
