import { openApiDocument, type OpenApiDocument } from '@keystone/shared/contracts/rest/openapi.ts';
import type { Reply } from './http/reply.ts';
import type { ApiRequest } from './resources/api-request.ts';

const documents = new Map<string, OpenApiDocument>();

/** The API's own description, made when it is first asked for. */
export async function readOpenApi({ call }: ApiRequest): Promise<Reply> {
  const url = `${call.origin}/api`;
  let document = documents.get(url);
  if (!document) documents.set(url, (document = openApiDocument(url)));
  return { status: 200, body: document };
}
