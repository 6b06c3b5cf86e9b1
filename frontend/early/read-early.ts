import { serializeQuery, type paths } from '@keystone/client/client.ts';
import { createFinalURL, defaultPathSerializer } from 'openapi-fetch';
import { askEarly } from '../lib/api/early-answers.ts';

type Got<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Data } } } };
}
  ? Data
  : never;
type Params<P extends keyof paths> = paths[P] extends { get: { parameters: infer Parameters } }
  ? Omit<Parameters, 'header' | 'cookie'>
  : never;

/**
 * Asks for what the page will ask for, under the very address that its client will use.
 *
 * @returns what came, for questions that follow from it; undefined where nothing good did
 */
export async function readEarly<P extends keyof paths>(
  path: P,
  params: Params<P>,
): Promise<Got<P> | undefined> {
  const address = createFinalURL(path, {
    baseUrl: '/api',
    params,
    querySerializer: serializeQuery,
    pathSerializer: defaultPathSerializer,
  });
  return (await askEarly(address))?.json();
}
