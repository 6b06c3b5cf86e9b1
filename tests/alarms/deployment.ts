import { stages } from '@keystone/cdk/stages.ts';
import { withApp } from '@keystone/cdk/testing/synthesised.ts';
import { readAssembly } from '@keystone/local/template/assembly.ts';
import { deploy, type Deployment } from '@keystone/local/template/deployment.ts';
import * as z from 'zod';
import { alarmRuleSchema, type AlarmRule } from './alarm-rule.ts';

const PREFIX = 'keystone-local-';

/** What the templates make, references resolved. */
export const deployment: Deployment = withApp(stages.local, false, (app, outdir) => {
  app.synth();
  return deploy(readAssembly(outdir), {});
});

/** The template's alarms by their name in the runbook. */
export const alarms: ReadonlyMap<string, AlarmRule> = new Map(
  deployment
    .ofType('AWS::CloudWatch::Alarm', alarmRuleSchema)
    .map(({ parsed }) => [parsed.AlarmName.slice(PREFIX.length), parsed]),
);

/** The template's one HTTP API, by the id that its metrics carry. */
export const apiId: string = (() => {
  const rule = alarms.get('api-5xx');
  if (!rule || 'Metrics' in rule) throw new Error('api-5xx watches no metric of its own');
  return z.string().parse(rule.Dimensions['ApiId']);
})();

const functionSchema = z.object({
  FunctionName: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  ReservedConcurrentExecutions: z.int().optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
});

/** A function as the template says it. */
export function functionNamed(name: string): z.infer<typeof functionSchema> {
  const found = deployment
    .ofType('AWS::Lambda::Function', functionSchema)
    .find(({ parsed }) => parsed.FunctionName === `${PREFIX}${name}`);
  if (!found) throw new Error(`the template has no function ${name}`);
  return found.parsed;
}
