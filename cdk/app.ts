import { join } from 'node:path';
import { App, Tags } from 'aws-cdk-lib';
import settings from '../cdk.json' with { type: 'json' };
import { bundleFunctions } from './bundling.ts';
import { namesOf } from './names.ts';
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
}

/** Keystone as a CDK app for one stage, not yet synthesised. Needs no account, no Docker and no network. */
export const buildApp = ({ stage, outdir, bundle = bundleFunctions }: BuildAppOptions): App => {
  // The CLI passes the context of cdk.json; a synth in process must see the same feature flags.
  const { context } = settings;
  const app = new App({ analyticsReporting: false, context, ...(outdir === undefined ? {} : { outdir }) });
  const bundles = join(app.outdir, 'functions');
  bundle(bundles);

  const { stack: stackName } = namesOf(stage.name);
  const common = { stage, ...(stage.env ? { env: stage.env } : {}) };
  const data = new DataStack(app, stackName('data'), common);
  const messaging = new MessagingStack(app, stackName('messaging'), common);
  const web = new WebStack(app, stackName('web'), common);
  const compute = new ComputeStack(app, stackName('compute'), {
    ...common,
    api: web.api,
    origin: web.origin,
    bundles,
  });
  // They meet by name (names.ts), so the order must be said.
  compute.addStackDependency(data);
  compute.addStackDependency(messaging);
  new ObservabilityStack(app, stackName('observability'), { ...common, api: web.api });

  Tags.of(app).add('application', 'keystone');
  Tags.of(app).add('stage', stage.name);
  return app;
};
