import * as z from 'zod';
import { certificateOfPrincipal, iotArn } from '../arns.ts';
import { invalid } from '../iot-error.ts';
import type { Registry } from '../registry/registry.ts';
import { bodyOf, principalOf, thingNameOf, type Operation, type OperationRequest } from './operation.ts';

/** Strict: a type or a billing group would be lost silently. */
const thingSchema = z.strictObject({
  attributePayload: z
    .strictObject({ attributes: z.record(z.string(), z.string()).default({}), merge: z.boolean().optional() })
    .default({ attributes: {} }),
});

/** Things, and the certificates attached to them. */
export const thingOperations = (registry: Registry): Operation[] => [
  {
    name: 'CreateThing',
    method: 'POST',
    path: '/things/{thingName}',
    plan: (request) => {
      const thingName = thingNameOf(request);
      return {
        resources: [iotArn('thing', thingName)],
        perform: () => {
          const { attributes } = bodyOf(thingSchema, request).attributePayload;
          const { id } = registry.createThing(thingName, attributes);
          return { thingName, thingArn: iotArn('thing', thingName), thingId: id };
        },
      };
    },
  },
  {
    name: 'DescribeThing',
    method: 'GET',
    path: '/things/{thingName}',
    plan: (request) => {
      const thingName = thingNameOf(request);
      return { resources: [iotArn('thing', thingName)], perform: () => describe(registry, thingName) };
    },
  },
  attachment('AttachThingPrincipal', 'PUT', (thing, certificate) => registry.attachThing(thing, certificate)),
  attachment('DetachThingPrincipal', 'DELETE', (thing, certificate) =>
    registry.detachThing(thing, certificate),
  ),
  {
    name: 'ListThingPrincipals',
    method: 'GET',
    path: '/things/{thingName}/principals',
    plan: (request) => {
      const thingName = thingNameOf(request);
      return {
        resources: [iotArn('thing', thingName)],
        perform: () => {
          const arns = registry.certificatesOf(thingName).map((id) => iotArn('cert', id));
          const { items, nextToken } = pageOf(arns, request);
          return { principals: items, nextToken };
        },
      };
    },
  },
  {
    name: 'ListPrincipalThings',
    method: 'GET',
    path: '/principals/things',
    plan: (request) => ({
      resources: [principalOf(request)],
      perform: () => {
        const { things } = registry.certificate(certificateOfPrincipal(principalOf(request)));
        const { items, nextToken } = pageOf(things, request);
        return { things: items, nextToken };
      },
    }),
  },
];

const attachment = (
  name: string,
  method: 'PUT' | 'DELETE',
  change: (thing: string, certificateId: string) => void,
): Operation => ({
  name,
  method,
  path: '/things/{thingName}/principals',
  plan: (request) => ({
    // The role is asked for both ends: AWS's documents differ on which of them it looks at.
    resources: [principalOf(request), iotArn('thing', thingNameOf(request))],
    perform: () => {
      change(thingNameOf(request), certificateOfPrincipal(principalOf(request)));
      return {};
    },
  }),
});

const describe = (registry: Registry, thingName: string) => {
  const { id, attributes, version } = registry.thing(thingName);
  return {
    defaultClientId: thingName,
    thingName,
    thingId: id,
    thingArn: iotArn('thing', thingName),
    attributes,
    version,
  };
};

/** Pages as AWS does: at most 250 names, and a token that names where to go on. */
const pageOf = (names: readonly string[], { query }: OperationRequest) => {
  const size = Number(query.get('maxResults') ?? 25);
  if (!Number.isInteger(size) || size < 1 || size > 250)
    return invalid('maxResults is a whole number from 1 to 250');
  const start = Number(query.get('nextToken') ?? 0);
  if (!Number.isInteger(start) || start < 0 || start > names.length)
    return invalid('nextToken is none of ours');
  const end = start + size;
  return { items: names.slice(start, end), nextToken: end < names.length ? String(end) : undefined };
};
