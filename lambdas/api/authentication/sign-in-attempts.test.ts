import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PASSWORD, startApiWorld, type ApiWorld } from '../testing/api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(() => later(3 * 3_600_000));

const later = (milliseconds: number) => {
  world.sources.clock.now = new Date(world.sources.clock.now.getTime() + milliseconds);
};
async function guess(username: string, remote: string, password = 'a wrong password') {
  const client = world.visitor();
  client.remote = remote;
  return client.signIn(username, password);
}

/** Guesses every 30 seconds for an hour, each from another network; answers how many reached the password. */
async function attackForAnHour(username: string): Promise<number> {
  let reached = 0;
  for (let attempt = 0; attempt < 120; attempt++) {
    const { status } = await guess(username, `172.${attempt}.1.1`);
    if (status === 401) reached += 1;
    later(30_000);
  }
  return reached;
}

describe('guessing a password', () => {
  it('from everywhere gets twenty tries in an hour at a name', async () => {
    const person = await world.person();
    await expect(attackForAnHour(person.username)).resolves.toBeLessThanOrEqual(20);
  });

  it('gets as few at a name that nobody has', async () => {
    await expect(attackForAnHour('nobody-at-all')).resolves.toBeLessThanOrEqual(20);
  });

  it('does not keep the owner out of a network that it is known from', async () => {
    const { username, client } = await world.person();
    await attackForAnHour(username);
    expect((await guess(username, '172.250.1.1')).status).toBe(429);
    expect((await guess(username, client.remote, PASSWORD)).status).toBe(200);
  });

  it('makes the owner wait elsewhere, not for good', async () => {
    const { username } = await world.person();
    await attackForAnHour(username);
    const refused = await guess(username, '203.0.113.1', PASSWORD);
    expect(refused.status).toBe(429);
    later(Number(refused.headers['retry-after']) * 1000);
    expect((await guess(username, '203.0.113.1', PASSWORD)).status).toBe(200);
  });

  it('many at once get no more tries than one after another', async () => {
    const { username } = await world.person();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => guess(username, `10.200.${index}.1`)),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
  });

  it('at many names from one network is slowed down', async () => {
    let reached = 0;
    for (let name = 0; name < 100; name++)
      if ((await guess(`name-${name}`, `198.18.7.${name}`)).status === 401) reached += 1;
    expect(reached).toBeLessThanOrEqual(51);
    expect(world.counted.get('SignInDelayed')).toBeGreaterThan(0);
  });

  it('is forgiven to whoever then knows the password', async () => {
    const { username, client } = await world.person();
    for (let attempt = 0; attempt < 3; attempt++) await guess(username, client.remote);
    for (let attempt = 0; attempt < 6; attempt++)
      expect((await guess(username, client.remote, PASSWORD)).status).toBe(200);
  });
});
