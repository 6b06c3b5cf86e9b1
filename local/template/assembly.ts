import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Value } from './intrinsics.ts';

const valueSchema: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(valueSchema),
    z.record(z.string(), valueSchema),
  ]),
);

const templateSchema = z.object({
  Parameters: z
    .record(z.string(), z.object({ Type: z.string(), Default: z.string().optional() }))
    .default({}),
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Condition: z.string().optional(),
        Properties: z.record(z.string(), valueSchema).default({}),
      }),
    )
    .default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: valueSchema, Export: z.object({ Name: valueSchema }).optional() }))
    .default({}),
});
export type Template = z.infer<typeof templateSchema>;

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z.object({ templateFile: z.string().optional() }).loose().optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z
    .record(z.string(), z.object({ source: z.object({ path: z.string().optional() }).loose() }).loose())
    .default({}),
});

/** One stack as the app synthesised it. */
export interface StackTemplate {
  name: string;
  template: Template;
  /** Folder or file of each asset, by its hash, absolute. */
  assets: ReadonlyMap<string, string>;
}

/** The stacks of a synthesised app, each after those that it depends on. */
export function readAssembly(folder: string): StackTemplate[] {
  const { artifacts } = manifestSchema.parse(readJson(join(folder, 'manifest.json')));
  const stacks = Object.entries(artifacts).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const names = new Set(stacks.map(([name]) => name));
  const ordered: StackTemplate[] = [];
  const visit = (name: string) => {
    if (ordered.some((stack) => stack.name === name)) return;
    const artifact = artifacts[name];
    for (const dependency of artifact?.dependencies ?? []) if (names.has(dependency)) visit(dependency);
    const file = artifact?.properties?.templateFile ?? `${name}.template.json`;
    ordered.push({
      name,
      template: templateSchema.parse(readJson(join(folder, file))),
      assets: readAssets(folder, name),
    });
  };
  for (const name of names) visit(name);
  return ordered;
}

function readAssets(folder: string, stack: string): Map<string, string> {
  const file = join(folder, `${stack}.assets.json`);
  if (!existsSync(file)) return new Map();
  const { files } = assetsSchema.parse(readJson(file));
  return new Map(
    Object.entries(files).flatMap(([hash, { source }]) =>
      source.path === undefined ? [] : [[hash, join(folder, source.path)]],
    ),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
