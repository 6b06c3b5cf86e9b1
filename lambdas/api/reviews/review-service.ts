import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { gatherReads, type ItemSource } from '@keystone/shared/store/table/gathered-reads.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { exactIds } from '../lists/list-query.ts';
import { readRecordsOfRequests, readTeamRecords } from '../lists/team-records.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { displayName, requestSummary, userSummary } from '../presenting/summaries.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, notAllowed } from '../http/refusals.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import type { Write } from '../resources/write.ts';

/** Reviews say what staff thinks of a request; alone they change nothing. */
export const reviewService: ResourceService<'review'> = {
  kind: 'review',
  name: 'reviews',
  teamOf: ({ team }) => team,
  visible: async (request, query) => {
    const requests = exactIds(query, 'request');
    const reviews = requests
      ? await readRecordsOfRequests(request, 'review', requests)
      : await readTeamRecords(request, 'review', undefined);
    const of = await readReferenced(
      request.deps.control,
      'request',
      reviews.map(({ fields }) => fields.request),
    );
    return reviews.filter(({ fields }) => of.isOpen(fields.request));
  },
  rows: async (request, records, query) => {
    const words = query.search === undefined ? [] : await wordsOf(request, records);
    return records.map(({ fields: { id, request: of, reviewer, status, submitted } }, index) => ({
      values: { id, request: of, reviewer, status, submitted },
      words: words[index] ?? [],
    }));
  },
  present: async (request, records) => {
    const { control } = request.deps;
    const reads = gatherReads(control);
    const [{ users, requests }, histories] = await Promise.all([
      readReferences(reads, records),
      readHistories(control, records),
    ]);
    const actors = await readReferenced(reads, 'user', actorsIn(histories));
    return records.map(({ fields: { id, request: of, reviewer, status, submitted } }, index) => ({
      id,
      _request: requestSummary(requests.get(of)),
      _reviewer: userSummary(users.get(reviewer)),
      _history: historyOf(histories[index], actors),
      status,
      submitted,
      request: of,
      reviewer,
    }));
  },
  create: createReview,
  update: changeReview,
  remove: async ({ uow }, review) => uow.remove(review),
};

async function createReview(write: Write, body: JsonObject): Promise<Stored<'review'>> {
  const { uow, actor, now } = write;
  if (!actor.is_staff) throw notAllowed('Only staff reviews.');
  const fields = writtenFields(resources.reviews, resources.reviews.create, body);
  const request = await uow.get('request', fields.request);
  if (!request) throw badField('request', 'there is no such request');
  const reviewer = fields.reviewer ?? actor.id;
  await refuseUnknownReviewer(write, reviewer);
  const { team } = request.fields;
  return uow.create('review', { ...fields, reviewer, team, comment: null, submitted: now });
}

async function changeReview(
  write: Write,
  review: Stored<'review'>,
  body: JsonObject,
): Promise<Stored<'review'>> {
  const { request, reviewer, status } = writtenFields(resources.reviews, resources.reviews.update, body);
  if (request !== undefined && request !== review.fields.request)
    throw badField('request', 'a review stays with its request');
  if (reviewer !== undefined && reviewer !== review.fields.reviewer)
    await refuseUnknownReviewer(write, reviewer);
  return write.uow.update(review, {
    reviewer: reviewer ?? review.fields.reviewer,
    status: status ?? review.fields.status,
  });
}

async function refuseUnknownReviewer({ uow }: Write, reviewer: number): Promise<void> {
  if (!(await uow.get('user', reviewer))) throw badField('reviewer', 'there is no such user');
}

async function readReferences(source: ItemSource, records: readonly Stored<'review'>[]) {
  const [users, requests] = await Promise.all([
    readReferenced(
      source,
      'user',
      records.map(({ fields }) => fields.reviewer),
    ),
    readReferenced(
      source,
      'request',
      records.map(({ fields }) => fields.request),
    ),
  ]);
  return { users, requests };
}

async function wordsOf(request: ApiRequest, records: readonly Stored<'review'>[]): Promise<string[][]> {
  const { users, requests } = await readReferences(request.deps.control, records);
  return records.map(({ fields }) => [
    requests.get(fields.request).title,
    displayName(users.get(fields.reviewer)),
  ]);
}
