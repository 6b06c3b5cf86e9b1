import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Relay } from './relay.ts';

describe('a network that can be cut', () => {
  let echo: Server;
  let relay: Relay;
  let taken: number;
  let bytes: number;

  beforeEach(async () => {
    taken = 0;
    bytes = 0;
    echo = createServer((socket) => {
      taken += 1;
      socket
        .on('error', () => undefined)
        .on('data', (data) => {
          bytes += data.length;
          socket.write(data);
        });
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const address = echo.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    relay = await Relay.open(address.port);
  });
  afterEach(async () => {
    await relay.close();
    echo.close();
    await once(echo, 'close');
  });

  const caller = (): Socket => connect(relay.port, '127.0.0.1').on('error', () => undefined);
  const answer = async (socket: Socket, text: string): Promise<string> => {
    socket.write(text);
    const [data] = await once(socket, 'data');
    return String(data);
  };

  it('hands on both ways', async () => {
    const socket = caller();
    expect(await answer(socket, 'one')).toBe('one');
    expect(await answer(socket, 'two')).toBe('two');
    socket.destroy();
  });

  it('that refuses ends what is open and hands nobody on', async () => {
    const socket = caller();
    await answer(socket, 'one');
    relay.cut('refused');
    await once(socket, 'close');
    await once(caller(), 'close');
    expect(taken).toBe(1);
  });

  it('that is silent takes everything and hands nothing on, and ends such connections when it is mended', async () => {
    const socket = caller();
    await answer(socket, 'one');
    relay.cut('silent');
    await new Promise((resolve) => socket.write('lost', resolve));
    const late = caller();
    await once(late, 'connect');
    relay.mend();
    await Promise.all([once(socket, 'close'), once(late, 'close')]);
    expect(bytes).toBe('one'.length);
    const fresh = caller();
    expect(await answer(fresh, 'two')).toBe('two');
    fresh.destroy();
  });
});
