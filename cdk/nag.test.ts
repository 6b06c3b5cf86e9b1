import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as z from 'zod';
import { stages } from './stages.ts';
import { fullStage, withApp } from './testing/synthesised.ts';

const reportSchema = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      violations: z.array(
        z.looseObject({
          ruleName: z.string(),
          violatingConstructs: z.array(z.looseObject({ constructPath: z.string().optional() })),
        }),
      ),
    }),
  ),
});

/** What cdk-nag and CloudFormation's own validation still find, as "rule at construct". */
const findings = (stage: typeof fullStage): string[] =>
  withApp(stage, true, (app, outdir) => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
    const report = reportSchema.parse(
      JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')),
    );
    return report.pluginReports
      .flatMap(({ violations }) => violations)
      .flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath ?? '?'}`),
      );
  });

describe('cdk-nag and CloudFormation validation', () => {
  it.each([stages.dev, stages.prod, fullStage])('find nothing unanswered in the stage $name', (stage) => {
    expect(findings(stage)).toEqual([]);
  });
});
