import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Enrolment } from '../state/state-folder.ts';

const TIMEOUT_MS = 10_000;

/**
 * Shakes hands with the broker by the agent's certificate. It does not connect to MQTT: that would throw out an agent
 * that runs.
 */
export function checkBroker({
  config,
  key,
  certificate,
  brokerCa,
}: Enrolment): Promise<{ level: 'ok' | 'warn'; text: string }> {
  const { host, port } = config.endpoint;
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      key,
      cert: certificate,
      ...(brokerCa === '' ? {} : { ca: brokerCa }),
      ...(isIP(host) ? {} : { servername: host }),
    });
    const finish = (level: 'ok' | 'warn', text: string): void => {
      socket.destroy();
      resolve({ level, text });
    };
    socket.setTimeout(TIMEOUT_MS, () =>
      finish('warn', `${host}:${port} does not answer: is TCP ${port} open outwards?`),
    );
    socket.on('error', (error) => finish('warn', `${host}:${port} can't be reached: ${error.message}`));
    socket.on('secureConnect', () => finish('ok', `${host}:${port} answers over TLS`));
  });
}
