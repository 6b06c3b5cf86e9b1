import { randomBytes } from 'node:crypto';
import { putTokenAction } from '@keystone/shared/store/agents/enrolment-tokens.ts';
import { notAllowed, notFound } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { write } from '../resources/write.ts';

const LASTS_MS = 3_600_000;

/** Makes a token that enrols one agent of a cluster once. It is shown here and never again; the table holds its hash. */
export async function createEnrolmentToken(request: ApiRequest): Promise<Reply> {
  const { control, sources } = request.deps;
  // It is typed as a command's argument, where a dash at its front would be an option.
  const token = randomBytes(32).toString('hex');
  const expires = new Date(sources.now().getTime() + LASTS_MS);
  await write(request, async ({ uow, actor }) => {
    if (!actor.is_staff) throw notAllowed('Only staff makes enrolment tokens.');
    const cluster = await uow.get('cluster', request.id ?? 0);
    if (!cluster) throw notFound(`There is no cluster ${request.id}.`);
    uow.include(putTokenAction(control, token, { cluster: cluster.fields.id, expires }));
    uow.note(cluster, { enrolment_token: { before: null, after: `until ${expires.toISOString()}` } });
  });
  return { status: 201, body: { token, expires: expires.toISOString() } };
}
