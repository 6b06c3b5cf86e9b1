import { App, Stack } from 'aws-cdk-lib';

/** The least that a synthesis can be: the library, and one empty stack into the folder of CDK_OUTDIR. */
const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
new Stack(app, 'empty');
app.synth();
