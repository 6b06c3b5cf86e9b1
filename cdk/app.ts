import { join } from 'node:path';
import { App, Tags } from 'aws-cdk-lib';
import { bundleFunctions } from './bundling.ts';
import { contextOfCli } from './context.ts';
import { namesOf } from './names.ts';
import { CacheStack } from './stacks/cache-stack.ts';
import { ComputeStack } from './stacks/compute-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { MessagingStack } from './stacks/messaging-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { WebStack } from './stacks/web-stack.ts';
import type { Stage } from './stages.ts';

export interface BuildAppOptions {
  stage: Stage;
  /** Where the templates and assets go; the CLI's own choice unless given. */
  outdir?: string;
  /** Fills a folder with a bundle for each function; esbuild over the entry files unless given. */
  bundle?: (folder: string) => void;
  /** Whether synth validates the templates, which takes seconds; on unless CDK_VALIDATION=false. */
  validate?: boolean;
}

/** Keystone as a CDK app for one stage, not yet synthesised. Needs no account, no Docker and no network. */
export const buildApp = ({
  stage,
  outdir,
  bundle = bundleFunctions,
  validate = true,
}: BuildAppOptions): App => {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
    context: contextOfCli(),
    ...(outdir === undefined ? {} : { outdir }),
  });
  const bundles = join(app.outdir, 'functions');
  bundle(bundles);

  const { stack: stackName } = namesOf(stage.name);
  const common = { stage, ...(stage.env ? { env: stage.env } : {}) };
  const data = new DataStack(app, stackName('data'), common);
  const messaging = new MessagingStack(app, stackName('messaging'), common);
  const web = new WebStack(app, stackName('web'), common);
  const cache = stage.cache ? { cache: new CacheStack(app, stackName('cache'), common) } : {};
  const compute = new ComputeStack(app, stackName('compute'), {
    ...common,
    api: web.api,
    origin: web.origin,
    edgeKey: web.edgeKey,
    bundles,
    ...cache,
  });
  // They meet by name (names.ts), so the order must be said.
  compute.addStackDependency(data);
  compute.addStackDependency(messaging);
  new ObservabilityStack(app, stackName('observability'), { ...common, api: web.api });

  Tags.of(app).add('application', 'keystone');
  Tags.of(app).add('stage', stage.name);
  return app;
};
