import * as z from 'zod';
import type { StackTemplate } from './assembly.ts';
import { resolve, type Attributes, type Properties, type Scope, type Value } from './intrinsics.ts';
import { describeResource } from './resource-attributes.ts';

/** A resource of the app with its properties resolved. */
export interface DeployedResource extends Attributes {
  stack: string;
  logicalId: string;
  type: string;
  properties: Value;
}

/** All resources of an app, as one deployment would make them on this machine. */
export class Deployment {
  readonly resources: readonly DeployedResource[];
  readonly #assets: ReadonlyMap<string, string>;

  constructor(resources: readonly DeployedResource[], assets: ReadonlyMap<string, string>) {
    this.resources = resources;
    this.#assets = assets;
  }

  /** Resources of a type, their properties read by a schema. */
  ofType<T>(type: string, schema: z.ZodType<T>): (DeployedResource & { parsed: T })[] {
    return this.resources
      .filter((resource) => resource.type === type)
      .map((resource) => {
        const parsed = schema.safeParse(resource.properties);
        if (!parsed.success)
          throw new Error(
            `${resource.stack}: ${resource.logicalId} (${type}) has properties that the local stack can't read: ${z.prettifyError(parsed.error)}`,
          );
        return { ...resource, parsed: parsed.data };
      });
  }

  /** Folder or file of an asset, by the key that a template names it by (its hash, with or without an ending). */
  asset(key: string): string {
    const found = this.#assets.get(key.replace(/\.[a-z]+$/, ''));
    if (found === undefined) throw new Error(`the app has no asset ${key}`);
    return found;
  }
}

/** Resolves an app's stacks in their order. @throws TemplateError by name, for what the local stack does not know */
export function deploy(
  stacks: readonly StackTemplate[],
  parameters: Readonly<Record<string, string>>,
): Deployment {
  const imports = new Map<string, string>();
  const deployed: DeployedResource[] = [];
  for (const { name, template } of stacks) {
    const defaults = Object.entries(template.Parameters).map(([id, { Default }]): [string, string] => [
      id,
      Default ?? '',
    ]);
    const known = new Map<string, Attributes>();
    const scope: Scope = {
      resources: known,
      parameters: { ...Object.fromEntries(defaults), ...parameters },
      imports,
      template: name,
    };
    for (const [id, { Type, Properties }] of Object.entries(template.Resources))
      known.set(id, describeResource(name, id, Type, namesIn(Properties, scope)));
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      const attributes = known.get(id);
      if (attributes)
        deployed.push({
          stack: name,
          logicalId: id,
          type: Type,
          properties: resolve(Properties, scope),
          ...attributes,
        });
    }
    for (const { Value, Export } of Object.values(template.Outputs)) {
      if (!Export) continue;
      const exported = resolve(Value, scope);
      imports.set(String(resolve(Export.Name, scope)), String(exported));
    }
  }
  return new Deployment(deployed, new Map(stacks.flatMap(({ assets }) => [...assets])));
}

/** Physical names hold pseudo parameters at most, so they resolve before the resources that they name are known. */
function namesIn(properties: Properties, scope: Scope): Properties {
  const named: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    if (!/Name$/.test(key)) continue;
    const resolved = resolve(value, scope);
    if (typeof resolved === 'string') named[key] = resolved;
  }
  return named;
}
