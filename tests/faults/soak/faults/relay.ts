import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** How a network goes away: every connection ends and none is made, or all is taken and nothing comes through. */
export type Cut = 'refused' | 'silent';

/** The network between an agent and its broker: a port that hands on what it gets, until it is cut. */
export class Relay {
  readonly port: number;
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut: Cut | undefined;

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.port = port;
    this.#target = target;
    server.on('connection', (near) => this.#join(near));
  }

  static async open(target: number): Promise<Relay> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new Relay(server, address.port, target);
  }

  #join(near: Socket): void {
    if (this.#cut === 'refused') {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    // What goes wrong at one end is told at the other by its end, as a network would.
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (data) => this.#hand(data, far));
    far.on('data', (data) => this.#hand(data, near));
  }

  #hand(data: Buffer, to: Socket): void {
    if (this.#cut === undefined) to.write(data);
  }

  cut(cut: Cut): void {
    this.#cut = cut;
    if (cut === 'refused') this.#endAll();
  }

  /** A connection that lost bytes meanwhile is of no use, and ends. */
  mend(): void {
    this.#cut = undefined;
    this.#endAll();
  }

  #endAll(): void {
    for (const [near] of [...this.#pairs]) near.destroy();
  }

  async close(): Promise<void> {
    this.#endAll();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
