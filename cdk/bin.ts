import { App } from 'aws-cdk-lib';
import { buildApp } from './app.ts';
import { contextOfCli } from './context.ts';
import { stageNamed } from './stages.ts';

/** cdk.json holds the stage that is taken unless the CLI is told another (`-c stage=prod`). */
const stageFromContext = (): string => {
  const name: unknown = new App({ autoSynth: false, context: contextOfCli() }).node.tryGetContext('stage');
  if (typeof name !== 'string')
    throw new Error('Say which stage: npx cdk synth -c stage=dev (cdk/stages.ts lists them).');
  return name;
};

const outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out';
buildApp({ stage: stageNamed(stageFromContext()), outdir }).synth();
