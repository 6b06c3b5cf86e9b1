import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { openApiDocument } from './openapi.ts';
import { filterOperators } from './fields.ts';
import { operations, resources } from './operations.ts';

const document = openApiDocument('https://keystone.example.org/api');
const { schemas } = document.components;

const parameterNames = (path: string) =>
  document.paths[path]?.get?.parameters.flatMap((parameter) => ('name' in parameter ? [parameter.name] : []));

function references(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : references(value),
  );
}

function lookUp(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => {
      if (typeof node !== 'object' || node === null) return undefined;
      return new Map<string, unknown>(Object.entries(node)).get(key);
    }, document);
}

function accepts(name: string, body: unknown): boolean {
  const schema = schemas[name];
  if (!schema) throw new Error(`The document has no schema ${name}.`);
  return z.fromJSONSchema(schema).safeParse(body).success;
}

describe('the OpenAPI document', () => {
  it.each(Object.values(resources).map((resource) => [resource.path, resource] as const))(
    'holds all six operations of %s',
    (path, resource) => {
      expect(Object.keys(document.paths[path] ?? {})).toEqual(['get', 'post']);
      expect(Object.keys(document.paths[`${path}{id}/`] ?? {})).toEqual(['get', 'put', 'patch', 'delete']);
      expect(schemas).toHaveProperty(resource.name);
    },
  );

  it.each(operations.map(({ id, method, path, status }) => [id, method, path, status] as const))(
    'holds %s',
    (id, method, path, status) => {
      const item = Object.entries(document.paths[path] ?? {}).find(([verb]) => verb === method.toLowerCase());
      expect(item?.[1]).toMatchObject({ operationId: id, responses: { [status]: expect.anything() } });
    },
  );

  it('gives every list its paging, order, search and each operator of its filters', () => {
    for (const { path, filters } of Object.values(resources)) {
      const expected = Object.entries(filters).flatMap(([field, type]) => [
        field,
        ...filterOperators[type].map((operator) => `${field}__${operator}`),
      ]);
      expect(parameterNames(path)).toEqual(['_limit', '_offset', '_order', '_search', ...expected]);
    }
  });

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((operation) => operation.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('points only at what it holds', () => {
    const broken = references(document).filter((reference) => lookUp(reference) === undefined);
    expect(broken).toEqual([]);
  });

  it('describes bodies as strictly as the contract takes them', () => {
    expect(accepts('TeamRequest', { name: 'Chemistry' })).toBe(true);
    expect(accepts('TeamRequest', { name: 'Chemistry', colour: 'red' })).toBe(false);
    expect(accepts('TeamRequest', { name: 'Chem\u0007istry' })).toBe(false);
    expect(accepts('TeamRequest', { name: '  ' })).toBe(false);
    expect(accepts('DecisionRequest', { status: 'AP', awards: [{ allocation: 4, awarded: 1000 }] })).toBe(
      true,
    );
    expect(accepts('DecisionRequest', { status: 'PD' })).toBe(false);
  });

  it('wants of a PUT what a creation wants, of a PATCH nothing', () => {
    expect(schemas['ReplacedResourceAllocationRequest']?.required).toEqual([
      'request',
      'cluster',
      'requested',
    ]);
    expect(schemas['PatchedResourceAllocationRequest']?.required).toBeUndefined();
  });

  it('asks for the CSRF token where a session changes something, and for nothing at sign-in', () => {
    expect(document.paths['/users/teams/']?.post?.security).toEqual([{ session: [], csrf: [] }]);
    expect(document.paths['/users/teams/']?.get?.security).toEqual([{ session: [] }]);
    expect(document.paths['/authentication/login/']?.post?.security).toEqual([]);
  });

  it('guards what changes a record by If-Match, a decision too', () => {
    const takesIfMatch = { $ref: '#/components/parameters/ifMatch' };
    const decide = document.paths['/allocations/requests/{id}/decision/']?.post;
    const request = document.paths['/allocations/requests/{id}/'];
    for (const guarded of [decide, request?.put, request?.patch, request?.delete]) {
      expect(guarded?.parameters).toContainEqual(takesIfMatch);
      expect(guarded?.responses).toHaveProperty('412');
    }
    expect(document.paths['/allocations/requests/']?.post?.parameters).not.toContainEqual(takesIfMatch);
  });

  it('refers to shared records by name, and lets answers grow', () => {
    const team = schemas['ResourceAllocation']?.properties?.['_cluster'];
    expect(team).toEqual({ $ref: '#/components/schemas/ClusterSummary' });
    expect(schemas['Team']?.additionalProperties).toBeUndefined();
  });
});
