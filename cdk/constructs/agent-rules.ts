import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { namesOf } from '../names.ts';

interface AgentRulesProps {
  stage: string;
  usage: Queue;
  state: Queue;
  /** Where a message goes, whole, that a rule could not hand on. */
  failures: Queue;
}

/** What agents send reaches the workers' queues, with who sent it as the broker knows it. */
export class AgentRules extends Construct {
  constructor(scope: Construct, id: string, props: AgentRulesProps) {
    super(scope, id);
    const queueArns = [props.usage, props.state, props.failures].map((queue) => queue.queueArn);
    const send = new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queueArns });
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('iot.amazonaws.com'),
      description: 'Hands messages of agents to their queues',
      inlinePolicies: { send: new PolicyDocument({ statements: [send] }) },
    });
    const { rules } = namesOf(props.stage);
    const sendTo = (queue: Queue) => ({
      sqs: { queueUrl: queue.queueUrl, roleArn: role.roleArn, useBase64: false },
    });
    const rule = (channel: 'usage' | 'state', queue: Queue) => {
      new CfnTopicRule(this, channel, {
        ruleName: rules[channel],
        topicRulePayload: {
          awsIotSqlVersion: '2016-03-23',
          sql: ruleSql(channel),
          actions: [sendTo(queue)],
          errorAction: sendTo(props.failures),
          ruleDisabled: false,
        },
      });
    };
    rule('usage', props.usage);
    rule('state', props.state);
  }
}

/** The payload is gzip, which a rule can only carry as base64; the envelope is IotEnvelope of shared/contracts/agent.ts. */
const ruleSql = (channel: 'usage' | 'state') =>
  "SELECT encode(*, 'base64') AS data, topic(2) AS thing, clientid() AS client, principal() AS principal, " +
  `timestamp() AS at FROM 'keystone/+/${channel}'`;
