import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, type App } from 'aws-cdk-lib';
import * as z from 'zod';
import { buildApp } from '../app.ts';
import { bundleFolder, BUNDLE_FILE } from '../bundling.ts';
import { functionNames } from '../functions.ts';
import { stages, type Stage } from '../stages.ts';

/** A stage that sets everything a stage can set. */
export const fullStage: Stage = {
  ...stages.prod,
  name: 'a-stage-of-16-ch',
  env: { account: '123456789012', region: 'ap-southeast-2' },
  site: {
    kind: 'domain',
    domain: 'keystone.example.org',
    certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e2d3c-0000-4000-8000-000000000000',
  },
  alarmMail: 'operators@example.org',
  cache: true,
};

/** Bundles that say only whose they are: what functions do is not what templates are tested for. */
export const placeholderBundles = (folder: string): void => {
  for (const name of functionNames) {
    mkdirSync(bundleFolder(folder, name), { recursive: true });
    writeFileSync(join(bundleFolder(folder, name), BUNDLE_FILE), `export const handler = () => '${name}';\n`);
  }
};

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });
export type Resource = z.infer<typeof resourceSchema> & { logicalId: string; stack: string };

/** Everything that one stage's templates make. */
export interface Synthesised {
  resources: readonly Resource[];
  ofType: (type: string) => readonly Resource[];
}

/** Runs `work` on an app that will be synthesised into a folder of its own, which is removed afterwards. */
export const withApp = <T>(stage: Stage, validate: boolean, work: (app: App, outdir: string) => T): T => {
  const outdir = mkdtempSync(join(tmpdir(), 'keystone-cdk-'));
  try {
    return work(buildApp({ stage, outdir, bundle: placeholderBundles, validate }), outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

/** The templates of a stage, read as CloudFormation would read them. */
export const synthesise = (stage: Stage): Synthesised =>
  withApp(stage, false, (app, outdir) => {
    app.synth();
    const stacks = app.node.children
      .filter((child) => Stack.isStack(child))
      .map(({ stackName }) => stackName);
    const resources = stacks.flatMap((stack) => {
      const text = readFileSync(join(outdir, `${stack}.template.json`), 'utf8');
      const template = templateSchema.parse(JSON.parse(text));
      return Object.entries(template.Resources).map(([logicalId, resource]) => ({
        ...resource,
        logicalId,
        stack,
      }));
    });
    return { resources, ofType: (type) => resources.filter((resource) => resource.Type === type) };
  });
