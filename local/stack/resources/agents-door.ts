import * as z from 'zod';
import type { IotPolicy, IotRule } from '../../services/iot/iot-options.ts';
import type { Deployment } from '../../template/deployment.ts';

const actionSchema = z.object({
  Sqs: z.object({ QueueUrl: z.string(), UseBase64: z.boolean().default(false) }),
});
const ruleSchema = z.object({
  RuleName: z.string(),
  TopicRulePayload: z.object({
    Sql: z.string(),
    Actions: z.array(actionSchema),
    ErrorAction: actionSchema.optional(),
    RuleDisabled: z.literal(false).optional(),
  }),
});
const policySchema = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() });

type Action = z.infer<typeof actionSchema>;
const toAction = ({ Sqs }: Action) => ({ sqs: { queueUrl: Sqs.QueueUrl, useBase64: Sqs.UseBase64 } });

/** The broker's policies and rules, as the template says them. */
export function readAgentsDoor(deployment: Deployment): { policies: IotPolicy[]; rules: IotRule[] } {
  return {
    policies: deployment
      .ofType('AWS::IoT::Policy', policySchema)
      .map(({ parsed }) => ({ name: parsed.PolicyName, document: parsed.PolicyDocument })),
    rules: deployment
      .ofType('AWS::IoT::TopicRule', ruleSchema)
      .map(({ parsed: { RuleName, TopicRulePayload } }) => ({
        name: RuleName,
        sql: TopicRulePayload.Sql,
        actions: TopicRulePayload.Actions.map(toAction),
        ...(TopicRulePayload.ErrorAction && { errorAction: toAction(TopicRulePayload.ErrorAction) }),
      })),
  };
}
