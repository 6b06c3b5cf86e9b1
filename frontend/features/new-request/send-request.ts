import { dataOf, type KeystoneClient } from '@keystone/client/client.ts';

/** A request as it was written, with what it asks for on each cluster. */
export interface RequestDraft {
  team: number;
  title: string;
  description: string;
  amounts: readonly { cluster: number; requested: number }[];
}

/** The request exists and some of its clusters are not in it yet; sending again goes on from there. */
export class IncompleteRequest extends Error {
  override readonly name = 'IncompleteRequest';
  readonly id: number;
  readonly missing: number;

  constructor(id: number, missing: number, cause: unknown) {
    super(`Request ${id} lacks ${missing} of its clusters.`, { cause });
    this.id = id;
    this.missing = missing;
  }
}

/**
 * Sends a request, then its clusters one after another. What was sent is not sent twice: a step that was done is
 * skipped, and a step whose answer got lost is repeated under its key, which the server knows.
 *
 * @returns a function that sends a draft, to be called again after a failure, and answers the request's id
 */
export function createSubmission(api: KeystoneClient, newKey: () => string = () => crypto.randomUUID()) {
  const keys = new Map<string, string>();
  const done = new Set<number>();
  let request: number | undefined;

  /** The same body keeps its key; a body that was corrected since gets another. */
  const header = (body: object) => {
    const text = JSON.stringify(body);
    const key = keys.get(text) ?? newKey();
    keys.set(text, key);
    return { 'Idempotency-Key': key };
  };

  const createRequest = async ({ team, title, description }: RequestDraft): Promise<number> => {
    const body = { team, title, description };
    const created = await dataOf(
      api.POST('/allocations/requests/', { body, params: { header: header(body) } }),
    );
    return created.id;
  };

  return async function send(draft: RequestDraft): Promise<number> {
    const id = (request ??= await createRequest(draft));
    for (const { cluster, requested } of draft.amounts) {
      if (done.has(cluster)) continue;
      const body = { request: id, cluster, requested };
      try {
        await api.POST('/allocations/allocations/', { body, params: { header: header(body) } });
      } catch (cause) {
        throw new IncompleteRequest(id, draft.amounts.length - done.size, cause);
      }
      done.add(cluster);
    }
    return id;
  };
}
