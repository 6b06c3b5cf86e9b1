import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signIn } from './sign-in.ts';
import { answerCall } from '../http/answer.ts';
import { httpHandler } from '../edge/http-handler.ts';
import { routes } from '../endpoints.ts';
import { PASSWORD, startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { TestClient } from '../testing/test-client.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());

const later = (milliseconds: number) => {
  world.sources.clock.now = new Date(world.sources.clock.now.getTime() + milliseconds);
};
const HOUR = 3_600_000;

describe('signing in', () => {
  it('answers the user and begins a session that only scripts of the page can use with effect', async () => {
    const client = world.visitor();
    const answer = await client.signIn('admin', PASSWORD);
    expect(answer).toMatchObject({ status: 200, body: { username: 'admin', is_staff: true } });
    const [session, csrf] = answer.cookies;
    expect(session).toMatch(/^keystone-session=[\w-]{43}; Path=\/; Max-Age=604800; SameSite=Lax; HttpOnly$/);
    expect(csrf).toMatch(/^csrftoken=[\w-]{43}; Path=\/; Max-Age=604800; SameSite=Lax$/);
    expect((await client.get('/authentication/whoami/')).body).toMatchObject({ username: 'admin' });
  });

  it('gives cookies that no other host could set where the deployment is reached over https', async () => {
    const deps = { ...world.deps, front: { origin: 'https://keystone.example.org', edgeKey: '' } };
    const client = new TestClient({
      api: httpHandler(deps, (call) => answerCall(deps, routes, call)),
      signIn: httpHandler(deps, (call) => signIn(deps, call)),
    });
    const { cookies } = await client.signIn('admin', PASSWORD);
    expect(cookies[0]).toMatch(/^__Host-keystone=.*; Path=\/; .*HttpOnly; Secure$/);
    expect(cookies[0]).not.toContain('Domain');
    expect(cookies[1]).toMatch(/^csrftoken=.*; Secure$/);
    expect((await client.get('/authentication/whoami/')).status).toBe(200);
  });

  it('answers alike to a wrong password, an unknown name and a closed account', async () => {
    const closed = await world.person();
    await world.admin.patch(`/users/users/${closed.id}/`, { is_active: false });
    const answers = [];
    for (const [index, [name, password]] of [
      ['admin', 'not the password'],
      ['nobody-here', PASSWORD],
      [closed.username, PASSWORD],
    ].entries()) {
      const client = world.visitor();
      client.remote = `198.51.${index}.1`;
      const { status, body, cookies } = await client.signIn(name ?? '', password ?? '');
      answers.push({ status, body: { ...Object(body), cid: '' }, cookies });
    }
    expect(answers[0]).toMatchObject({ status: 401, cookies: [] });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('never takes over a session id that the browser brought, and ends a session that it replaces', async () => {
    const client = world.visitor();
    client.jar.set('keystone-session', 'a'.repeat(43));
    await client.signIn('admin', PASSWORD);
    const first = client.jar.get('keystone-session');
    expect(first).not.toBe('a'.repeat(43));
    const old = client.through(world.handlers);
    await client.signIn('admin', PASSWORD);
    expect(client.jar.get('keystone-session')).not.toBe(first);
    expect((await old.get('/authentication/whoami/')).status).toBe(401);
  });

  it.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['the same host over https', { origin: 'https://127.0.0.1:8080' }],
    ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another host of the domain', { 'sec-fetch-site': 'same-site' }],
  ])('refuses %s', async (_who, headers) => {
    const answer = await world
      .visitor()
      .call('POST', '/authentication/login/', { username: 'admin', password: PASSWORD }, headers);
    expect(answer).toMatchObject({ status: 403, cookies: [] });
  });

  it('has one path, and none below it', async () => {
    const visitor = world.visitor();
    const body = { username: 'admin', password: PASSWORD };
    const answer = await visitor.post('/authentication/login/again/', body);
    expect(answer).toMatchObject({ status: 404, cookies: [] });
  });

  it('takes JSON only', async () => {
    const body = JSON.stringify({ username: 'admin', password: PASSWORD });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const headers = { 'content-type': type };
      const answer = await world
        .visitor()
        .send({ method: 'POST', path: '/authentication/login', headers, body });
      expect(answer.status).toBe(415);
    }
  });

  it('keeps names and passwords out of the log', async () => {
    const client = world.visitor();
    client.remote = '198.51.77.1';
    await client.signIn('canary-name', 'canary-password');
    await client.signIn('admin', PASSWORD);
    const all = world.logged.join('\n');
    expect(all).toContain('api.sign-in-failed');
    for (const secret of ['canary-name', 'canary-password', PASSWORD, client.jar.get('keystone-session')])
      expect(all).not.toContain(secret);
  });
});

describe('a session', () => {
  it('ends twelve hours after its last call', async () => {
    const { client } = await world.person();
    later(11 * HOUR);
    expect((await client.get('/authentication/whoami/')).status).toBe(200);
    later(11 * HOUR);
    expect((await client.get('/authentication/whoami/')).status).toBe(200);
    later(12 * HOUR + 1);
    expect((await client.get('/authentication/whoami/')).status).toBe(401);
    await world.admin.signIn('admin', PASSWORD);
  });

  it('ends after seven days however busy it is', async () => {
    const { client } = await world.person();
    for (let hour = 0; hour < 7 * 24; hour += 8) {
      expect((await client.get('/authentication/whoami/')).status).toBe(200);
      later(8 * HOUR);
    }
    later(1);
    expect((await client.get('/authentication/whoami/')).status).toBe(401);
    await world.admin.signIn('admin', PASSWORD);
  });

  it('ends on signing out, in the browser and on the server', async () => {
    const { client } = await world.person();
    const copy = client.through(world.handlers);
    expect(await client.post('/authentication/logout/', {})).toMatchObject({ status: 200, body: {} });
    expect(client.jar.size).toBe(0);
    expect((await copy.get('/authentication/whoami/')).status).toBe(401);
  });

  it('ends at once when its user is closed, made staff, deleted, or gets another password', async () => {
    const patches = [{ is_active: false }, { is_staff: true }, { password: 'another long password' }];
    for (const patch of patches) {
      const { client, id } = await world.person();
      later(1);
      expect((await world.admin.patch(`/users/users/${id}/`, patch)).status).toBe(200);
      expect((await client.get('/authentication/whoami/')).status).toBe(401);
    }
    const { client, id } = await world.person();
    expect((await world.admin.delete(`/users/users/${id}/`)).status).toBe(204);
    expect((await client.get('/authentication/whoami/')).status).toBe(401);
  });

  it('goes on under a new id for the one who changes its own password', async () => {
    const { client, id } = await world.person();
    const elsewhere = client.through(world.handlers);
    later(1);
    const before = client.jar.get('keystone-session');
    expect((await client.patch(`/users/users/${id}/`, { password: 'another long password' })).status).toBe(
      200,
    );
    expect(client.jar.get('keystone-session')).not.toBe(before);
    expect((await client.get('/authentication/whoami/')).status).toBe(200);
    expect((await elsewhere.get('/authentication/whoami/')).status).toBe(401);
  });

  it('does not begin with a password that was changed between its check and the session', async () => {
    const { username, id } = await world.person();
    let changed = false;
    const handlers = world.interrupted(async () => {
      if (changed) return;
      changed = true;
      await world.admin.patch(`/users/users/${id}/`, { password: 'another long password' });
    });
    const client = new TestClient(handlers);
    client.remote = '203.0.113.9';
    expect(await client.signIn(username, PASSWORD)).toMatchObject({ status: 409, cookies: [] });
  });

  it('lies in the table under the hash of its token', async () => {
    const { client } = await world.person();
    const token = client.jar.get('keystone-session') ?? '';
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items } = await world.tables.control.client.send(
      new ScanCommand({ TableName: world.tables.control.table }),
    );
    expect(JSON.stringify(Items)).toContain('SES#');
    expect(JSON.stringify(Items)).not.toContain(token);
  });
});

describe('a call with effects', () => {
  const name = () => `Team ${world.sources.ulid()}`;

  it('passes with the CSRF token of its session', async () => {
    const { client } = await world.person();
    expect((await client.post('/users/teams/', { name: name() })).status).toBe(201);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { 'x-csrftoken': 'b'.repeat(43) }],
    ['a token in the wrong header', { 'csrf-token': 'token' }],
  ])('is refused with %s', async (_what, headers) => {
    const { client } = await world.person();
    for (const [method, path] of [
      ['POST', '/users/teams/'],
      ['PATCH', '/users/users/1/'],
      ['PUT', '/users/users/1/'],
      ['DELETE', '/users/users/1/'],
      ['POST', '/authentication/logout/'],
    ] as const) {
      const answer = await client.send({
        method,
        path,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ name: name() }),
      });
      expect({ method, status: answer.status }).toEqual({ method, status: 403 });
    }
  });

  it("is refused with another session's token, or with one in the query", async () => {
    const { client } = await world.person();
    const other = await world.person();
    const foreign = other.client.jar.get('csrftoken') ?? '';
    expect((await client.post('/users/teams/', { name: name() }, { 'x-csrftoken': foreign })).status).toBe(
      403,
    );
    const own = client.jar.get('csrftoken') ?? '';
    const answer = await client.send({
      method: 'POST',
      path: `/users/teams/?csrftoken=${own}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: name() }),
    });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['a foreign origin', { origin: 'http://evil.example' }],
    ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
  ])('is refused from %s, token or not', async (_who, headers) => {
    const { client } = await world.person();
    expect((await client.post('/users/teams/', { name: name() }, headers)).status).toBe(403);
  });
});
