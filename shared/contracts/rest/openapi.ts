import { problemSchema, PROBLEM_TYPE } from './problem.ts';
import { headerParameters, type Parameter } from './openapi-parameters.ts';
import { pathsOf, problems, type PathItem, type Response } from './openapi-paths.ts';
import { componentSchemas, type JsonSchema } from './openapi-schemas.ts';

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, JsonSchema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Response>;
    headers: Record<string, { description: string; schema: JsonSchema }>;
    securitySchemes: Record<
      string,
      { type: 'apiKey'; in: 'cookie' | 'header'; name: string; description: string }
    >;
  };
}

const description = [
  'Paths answer with and without the trailing slash; HEAD answers like GET.',
  'A body may repeat the read-only fields that a GET gave (they are ignored); any other undeclared field is a 400.',
  'Every answer carries X-KEYSTONE-CID. Errors are RFC 9457 problem documents.',
].join(' ');

/**
 * The API as an OpenAPI 3.1 document, derived from the contracts: what they say is what it says.
 *
 * @param serverUrl where the API answers, the /api of its paths included
 */
export function openApiDocument(serverUrl: string): OpenApiDocument {
  const { schemas, refTo } = componentSchemas();
  const problem = refTo(problemSchema);
  return {
    openapi: '3.1.0',
    info: { title: 'Keystone', version: '1', description },
    servers: [{ url: serverUrl }],
    paths: pathsOf(refTo),
    components: {
      schemas,
      parameters: headerParameters,
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, text]) => [
          `Problem${status}`,
          { description: text, content: { [PROBLEM_TYPE]: { schema: problem } } },
        ]),
      ),
      headers: {
        ETag: { description: "The record's version, for If-Match", schema: { type: 'string' } },
        CorrelationId: {
          description: 'Correlation id of the call',
          schema: { type: 'string', format: 'uuid' },
        },
      },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-keystone',
          description: 'Session cookie that signing in sets (keystone-session over http on this machine)',
        },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'X-CSRFToken',
          description: 'The value of the csrftoken cookie, on every unsafe method of a session',
        },
      },
    },
  };
}
