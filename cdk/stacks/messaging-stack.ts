import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { agentPolicyDocument } from '../agent-policy.ts';
import { AgentRules } from '../constructs/agent-rules.ts';
import { PlainQueue, ReadQueue } from '../constructs/queues.ts';
import { namesOf } from '../names.ts';
import type { Stage } from '../stages.ts';

interface MessagingStackProps extends StackProps {
  stage: Stage;
}

/** What carries messages: queues, the broker's policy and rules, the sender of mail. */
export class MessagingStack extends Stack {
  constructor(scope: Construct, id: string, props: MessagingStackProps) {
    super(scope, id, props);
    const { stage } = props;

    new ReadQueue(this, stage.name, 'policy');
    new PlainQueue(this, stage.name, 'task-failures');
    new AgentRules(this, 'agent-rules', {
      stage: stage.name,
      usage: new ReadQueue(this, stage.name, 'usage').queue,
      state: new ReadQueue(this, stage.name, 'agent-state').queue,
      failures: new PlainQueue(this, stage.name, 'iot-failures').queue,
    });
    new CfnPolicy(this, 'agent-policy', {
      policyName: namesOf(stage.name).agentPolicy,
      policyDocument: agentPolicyDocument(this, stage.name),
    });
    if (stage.site.kind === 'domain') this.addMailIdentity(stage.site.domain);
  }

  /** SES sends for the site's domain once these three names stand in its DNS. */
  private addMailIdentity(domain: string): void {
    const identity = new EmailIdentity(this, 'mail', { identity: Identity.domain(domain) });
    identity.dkimRecords.forEach(({ name, value }, position) => {
      new CfnOutput(this, `MailDkim${position + 1}`, { value: `${name} CNAME ${value}` });
    });
  }
}
