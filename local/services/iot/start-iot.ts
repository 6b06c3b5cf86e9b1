import { join } from 'node:path';
import { openAuthority } from './authority/certificate-authority.ts';
import { startBroker } from './broker/broker.ts';
import { deviceAccess } from './broker/device-access.ts';
import type { Message } from './broker/message.ts';
import { certificateOperations } from './control/certificate-operations.ts';
import { startControlServer } from './control/control-server.ts';
import { createDeactivation } from './control/deactivation.ts';
import { dataOperations, describeEndpoint } from './control/data-operations.ts';
import { thingOperations } from './control/thing-operations.ts';
import type { IotOptions, RunningIot } from './iot-options.ts';
import { parsePolicyDocument } from './policy/policy-document.ts';
import { openRegistry } from './registry/registry.ts';
import { openStateFile } from './registry/state-file.ts';
import { createRulesEngine } from './rules/rules-engine.ts';

const host = '127.0.0.1';

/**
 * Starts the local AWS IoT Core: registry, message broker and rules engine.
 *
 * @throws naming the policy or the rule, where one is not as AWS or this stack takes it.
 */
export const startIot = async (options: IotOptions): Promise<RunningIot> => {
  const clock = options.clock ?? Date.now;
  const log = options.log ?? ((line: string) => console.warn(`iot: ${line}`));
  const documents = new Map(
    options.policies.map(({ name, document }) => [name, parsePolicyDocument(name, document)]),
  );
  const rules = createRulesEngine({ rules: options.rules, send: options.send, clock, log });
  const file = openStateFile(join(options.stateDir, 'registry.json'));
  const registry = openRegistry(file, new Set(documents.keys()), clock);
  const authority = await openAuthority(options.stateDir);
  const onMessage = (message: Message): void => rules.run(message);

  const broker = await startBroker({
    host,
    port: options.mqttPort ?? file.state.mqttPort ?? 0,
    tls: { ...(await authority.issueServer()), ca: authority.ca },
    registry,
    may: deviceAccess(registry, documents),
    clock,
    log,
    onMessage,
  });
  file.state.mqttPort = broker.port;
  file.save();

  const deactivation = createDeactivation(registry, (certificateId) =>
    broker.disconnectCertificate(certificateId),
  );
  const control = await startControlServer({
    host,
    port: options.controlPort ?? 0,
    operations: [
      ...certificateOperations({
        authority,
        registry,
        onDeactivated: (certificateId) => deactivation.schedule(certificateId),
      }),
      ...thingOperations(registry),
      ...dataOperations({ broker, onMessage }),
      describeEndpoint(`${host}:${broker.port}`),
    ],
    authorise: options.authorise,
    log,
  }).catch(async (error: unknown) => {
    await broker.close();
    throw error;
  });

  return {
    controlEndpoint: `http://${host}:${control.port}`,
    mqtt: { host, port: broker.port },
    ca: authority.ca,
    close: async () => {
      deactivation.stop();
      await control.close();
      await broker.close();
      await rules.idle();
    },
  };
};
