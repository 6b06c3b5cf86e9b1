import { App } from 'aws-cdk-lib';
import { buildApp } from './app.ts';
import { stageNamed } from './stages.ts';

/** The CLI passes context in the environment; cdk.json holds the stage that is taken unless `-c stage=…` says another. */
const stageFromContext = (): string => {
  const name: unknown = new App({ autoSynth: false }).node.tryGetContext('stage');
  if (typeof name !== 'string')
    throw new Error('Say which stage: npx cdk synth -c stage=dev (cdk/stages.ts lists them).');
  return name;
};

buildApp({ stage: stageNamed(stageFromContext()) }).synth();
