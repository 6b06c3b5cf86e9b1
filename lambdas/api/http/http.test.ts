import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { at, numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());

const json = { 'content-type': 'application/json' };

describe('a path', () => {
  it('answers with and without the slash at its end', async () => {
    for (const path of ['/users/teams', '/users/teams/', '/users/users/1', '/users/users/1/', '/health'])
      expect((await world.admin.get(path)).status).toBe(200);
  });

  it('that there is not is 404, after the identity', async () => {
    for (const path of [
      '/nothing/',
      '/users/users/0/',
      '/users/users/x/',
      '/users/users/1/2/',
      '/',
      '/version/',
      '/__proto__/',
    ]) {
      expect((await world.admin.get(path)).status).toBe(404);
      expect((await world.visitor().get(path)).status).toBe(401);
    }
    expect((await world.admin.get('/users/users/999999/')).status).toBe(404);
  });

  it('refuses a method that it never has with those that it has', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/users/users/', 'GET, POST, HEAD, OPTIONS'],
      ['POST', '/users/users/1/', 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS'],
      ['TRACE', '/users/users/', 'GET, POST, HEAD, OPTIONS'],
      ['GET', '/allocations/requests/1/decision/', 'POST, OPTIONS'],
      ['GET', '/authentication/logout/', 'POST, OPTIONS'],
      ['PATCH', '/health/', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await world.admin.call(method, path);
      expect({ path, status: answer.status, allow: answer.headers['allow'] }).toEqual({
        path,
        status: 405,
        allow,
      });
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
    expect((await world.visitor().call('GET', '/authentication/login/')).status).toBe(405);
    expect((await world.visitor().call('DELETE', '/users/users/')).status).toBe(401);
  });

  it('tells its options, and answers HEAD like GET without a body', async () => {
    const options = await world.admin.call('OPTIONS', '/users/users/1/');
    expect(options).toMatchObject({ status: 200, body: undefined });
    expect(options.headers['allow']).toBe('GET, PUT, PATCH, DELETE, HEAD, OPTIONS');
    const get = await world.admin.get('/users/users/1/');
    const head = await world.admin.call('HEAD', '/users/users/1/');
    expect(head).toMatchObject({ status: 200, body: undefined });
    expect(head.headers['etag']).toBe(get.headers['etag']);
  });
});

describe('a correlation id', () => {
  const cid = 'b3f0a1de-0c5e-4c4a-9b1a-0d9b6a0f5e11';

  it('is taken from the caller, returned, and written into history and events', async () => {
    const answer = await world.admin.post(
      '/allocations/clusters/',
      { name: 'with cid' },
      { 'x-keystone-cid': cid },
    );
    expect(answer.headers['x-keystone-cid']).toBe(cid);
    const id = numberAt(answer.body, 'id');
    world.sent();
    await world.admin.patch(`/allocations/clusters/${id}/`, { enabled: false }, { 'x-keystone-cid': cid });
    expect(world.sent().map((body) => JSON.parse(body))).toEqual([{ type: 'policy', cluster: id, cid }]);
    expect(world.logged.some((line) => line.includes(cid))).toBe(true);
  });

  it('is made where there is none, or something else in its place', async () => {
    for (const headers of [{}, { 'x-keystone-cid': 'not a uuid' }]) {
      const answer = await world.admin.call('GET', '/nothing/', undefined, headers);
      expect(answer.headers['x-keystone-cid']).toMatch(/^[0-9a-f-]{36}$/);
      expect(at(answer.body, 'cid')).toBe(answer.headers['x-keystone-cid']);
    }
  });
});

describe('a body', () => {
  const send = (body: string, headers: Record<string, string> = json) =>
    world.admin.send({
      method: 'POST',
      path: '/users/teams/',
      headers: { ...headers, 'x-csrftoken': world.admin.jar.get('csrftoken') ?? '' },
      body,
    });

  it.each([
    ['that is no JSON', '{"name":', 400],
    ['that is a list', '[]', 400],
    ['that is empty', '', 400],
    ['with a key twice, of which the last is bad', '{"name":"Good","name":5}', 400],
    ['with a field that nobody declared', '{"name":"Good","owner":1}', 400],
    ['with __proto__', '{"name":"Good","__proto__":{"is_staff":true}}', 400],
    ['with constructor', '{"name":"Good","constructor":1}', 400],
    ['with half a character', '{"name":"a\\ud800"}', 400],
    ['with a NUL', '{"name":"a\\u0000"}', 400],
    ['with a number that is none', '{"name":1e400}', 400],
    ['with a list for a text', '{"name":["a"]}', 400],
    ['that nests without end', `{"name":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400],
    ['that is too large', JSON.stringify({ name: 'a'.repeat(1_000_001) }), 413],
  ])('%s is refused', async (_what, body, status) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('names each bad field', async () => {
    const body = { title: '', description: 5, team: 'x', nonsense: 1, expire: '2026-13-01' };
    const answer = await world.admin.post('/allocations/requests/', body);
    expect(answer.status).toBe(400);
    expect(Object.keys(Object(at(answer.body, 'errors'))).sort()).toEqual([
      'description',
      'expire',
      'nonsense',
      'team',
      'title',
    ]);
  });

  it('that is not JSON by its own word is 415', async () => {
    expect((await send('{"name":"x"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send('{"name":"x"}', {})).status).toBe(415);
    expect(
      (await send('{"name":"With charset"}', { 'content-type': 'application/json; charset=utf-8' })).status,
    ).toBe(201);
  });

  it('may come as base64', async () => {
    const body = Buffer.from('{"name":"Ünïcode team"}');
    const answer = await send(body.toString());
    expect(answer).toMatchObject({ status: 201, body: { name: 'Ünïcode team', slug: 'unicode-team' } });
  });

  it('may repeat what was read', async () => {
    const { body } = await world.admin.post('/allocations/clusters/', { name: 'repeat' });
    const path = `/allocations/clusters/${numberAt(body, 'id')}/`;
    expect((await world.admin.call('PUT', path, { ...Object(body), name: 'repeated' })).body).toMatchObject({
      name: 'repeated',
    });
  });
});

describe('a version', () => {
  it('guards a change that names it', async () => {
    const made = await world.admin.post('/allocations/clusters/', { name: 'versioned' });
    const path = `/allocations/clusters/${numberAt(made.body, 'id')}/`;
    const etag = made.headers['etag'] ?? '';
    expect(etag).toBe('"1"');
    const changed = await world.admin.patch(path, { enabled: false }, { 'if-match': etag });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect((await world.admin.patch(path, { enabled: true }, { 'if-match': etag })).status).toBe(412);
    expect((await world.admin.delete(path, { 'if-match': etag })).status).toBe(412);
    expect((await world.admin.patch(path, { enabled: true }, { 'if-match': '"1", W/"2"' })).status).toBe(200);
    expect((await world.admin.patch(path, { enabled: true }, { 'if-match': '*' })).status).toBe(200);
    expect((await world.admin.patch(path, { enabled: true })).status).toBe(200);
  });
});

describe('what nobody expected', () => {
  it('is logged whole, and told only by its correlation id', async () => {
    const dynamodb = mockClient(world.tables.control.client);
    dynamodb.on(GetItemCommand).rejects(new Error('canary of the inside'));
    world.counted.clear();
    const answer = await world.admin.get('/users/users/');
    expect(await world.visitor().get('/health/')).toMatchObject({
      status: 500,
      body: { status: 'down', parts: { control: 'down', ledger: 'down' } },
    });
    dynamodb.restore();
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('canary');
    const line = world.logged.find((logged) => logged.includes('canary of the inside'));
    expect(line).toContain('api.failed');
    expect(world.counted.get('UnexpectedError')).toBe(1);
    expect((await world.admin.get('/users/users/')).status).toBe(200);
  });

  it('is no reason to keep an answer', async () => {
    const { headers } = await world.admin.get('/users/users/1/');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});

describe('the description of the API', () => {
  it('is of the deployment that was asked', async () => {
    const { body } = await world.admin.get('/openapi/');
    expect(at(body, 'servers', 0, 'url')).toBe('http://127.0.0.1:8080/api');
    expect(at(body, 'paths', '/allocations/requests/{id}/decision/', 'post')).toBeDefined();
  });
});
