import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { ApiSession } from '@keystone/local/demo/api-session.ts';
import { Child } from './child.ts';

export const ADMIN_PASSWORD = 'a-password-for-tests';

/** The local stack in a process of its own, with a state folder and a port that outlive its restarts. */
export class StackProcess {
  readonly url: string;
  readonly state: string;
  readonly #port: number;
  readonly #empty: boolean;
  #child: Child;

  private constructor(state: string, port: number, empty: boolean) {
    this.state = state;
    this.#port = port;
    this.#empty = empty;
    this.#child = this.#run();
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts an empty stack whose admin has ADMIN_PASSWORD, or one with the demo’s centre. */
  static async start({ empty = true }: { empty?: boolean } = {}): Promise<StackProcess> {
    const state = mkdtempSync(join(tmpdir(), 'keystone-stack-'));
    const stack = new StackProcess(state, await freePort(), empty);
    await stack.#isUp();
    return stack;
  }

  async startAgain(): Promise<void> {
    this.#child = this.#run();
    await this.#isUp();
  }

  #run(): Child {
    const args = [...(this.#empty ? ['--empty'] : []), '--port', String(this.#port), '--state', this.state];
    return new Child('local/stack/start.cli.ts', args, { KEYSTONE_ADMIN_PASSWORD: ADMIN_PASSWORD });
  }

  async #isUp(): Promise<void> {
    await this.#child.says(/Keystone is up/, 300_000);
  }

  /** As Ctrl-C does: in order. @returns its exit code */
  stop(): Promise<number | string> {
    return this.#child.signal('SIGINT');
  }

  kill(): Promise<number | string> {
    return this.#child.signal('SIGKILL');
  }

  signIn(username: string, password: string): Promise<ApiSession> {
    return ApiSession.signIn(this.url, username, password);
  }

  admin(): Promise<ApiSession> {
    return this.signIn('admin', ADMIN_PASSWORD);
  }

  /** False where it ended by itself, which a test that fails should tell. */
  get running(): boolean {
    return this.#child.running;
  }

  get said(): string {
    return this.#child.said;
  }

  /** Ends it and forgets its state. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.state, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
