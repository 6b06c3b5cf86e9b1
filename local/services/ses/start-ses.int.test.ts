import { SendRawEmailCommand, SendEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { arn, region } from '../../roles/address.ts';
import { secretFor } from '../../roles/credentials.ts';
import { createRoleCheck } from '../../roles/role-check.ts';
import { startSes } from './start-ses.ts';
import type { LocalSes } from './start-ses.ts';

const accessKeyId = 'LOCALMAIL';
const { authorise } = createRoleCheck(
  new Map([
    [
      accessKeyId,
      {
        name: 'mail',
        statements: [
          {
            effect: 'Allow' as const,
            actions: ['ses:SendRawEmail'],
            resources: [arn('ses', 'identity/keystone.test')],
            conditions: { StringLike: { 'ses:FromAddress': '*@keystone.test' } },
          },
        ],
      },
    ],
  ]),
);
const storeShape = z.object({
  emails: z.array(z.object({ subject: z.string(), destination: z.object({ to: z.array(z.string()) }) })),
});

let ses: LocalSes;
let client: SESClient;
const clientFor = (key: string) => {
  const credentials = { accessKeyId: key, secretAccessKey: secretFor(key) };
  return new SESClient({ endpoint: ses.endpoint, region, credentials, maxAttempts: 1 });
};
beforeAll(async () => {
  ses = await startSes({ authorise });
  client = clientFor(accessKeyId);
});
afterAll(async () => {
  client.destroy();
  await ses.close();
});

const mail = (from: string) =>
  new SendRawEmailCommand({
    RawMessage: {
      Data: Buffer.from(
        `From: Keystone <${from}>\r\nTo: ada@example.org\r\nSubject: Awarded\r\n\r\nHello & goodbye`,
      ),
    },
  });
const received = async () => storeShape.parse(await (await fetch(`${ses.inbox}store`)).json()).emails;

it('puts a mail into the inbox, which one can look at', async () => {
  const { MessageId } = await client.send(mail('no-reply@keystone.test'));
  expect(MessageId).toBeTruthy();
  expect(await received()).toMatchObject([{ subject: 'Awarded', destination: { to: ['ada@example.org'] } }]);
  expect((await fetch(ses.inbox)).status).toBe(200);
});

it('refuses a sender or a caller that the role does not name', async () => {
  const before = (await received()).length;
  const other = clientFor('LOCALAPI');
  await expect(client.send(mail('ceo@example.org'))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(other.send(mail('no-reply@keystone.test'))).rejects.toMatchObject({ name: 'AccessDenied' });
  other.destroy();
  expect(await received()).toHaveLength(before);
});

it('refuses by name what it does not serve', async () => {
  const Source = 'no-reply@keystone.test';
  const Message = { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } };
  const send = new SendEmailCommand({ Source, Destination: { ToAddresses: ['a@b.test'] }, Message });
  await expect(client.send(send)).rejects.toThrow(/SendEmail is not served/);
});
