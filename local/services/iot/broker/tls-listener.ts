import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { certificateIdOf } from '../authority/certificate-authority.ts';

export interface TlsListener {
  readonly port: number;
  /** Ends the connections too. */
  close(): Promise<void>;
}

export interface TlsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly log: (line: string) => void;
  readonly accept: (socket: TLSSocket, certificateId: string) => void;
}

/** Listens for devices that show a certificate of the authority. */
export const startTlsListener = async (options: TlsListenerOptions): Promise<TlsListener> => {
  const { host, port, tls, log, accept } = options;
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (error) => log(`broker: TLS refused: ${error.message}`));
  server.on('secureConnection', (socket) => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) socket.destroy();
    else accept(socket, certificateIdOf(certificate.raw));
  });

  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new Error(
      `the MQTT broker cannot listen on ${host}:${port}; free this port, which enrolled devices know`,
      {
        cause,
      },
    );
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the MQTT broker has no port');
  return {
    port: address.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
