import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * What the distribution shows the functions so that they believe it about the viewer's address: the HTTP API has an
 * address of its own, and whoever calls it there could claim any other.
 */
export class EdgeKey extends Construct {
  /** A reference that CloudFormation resolves when it deploys; the template never holds the key. */
  readonly reference: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const secret = new Secret(this, 'secret', {
      description: 'The distribution shows it to the API, which then believes what it says of viewers',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'It only backs the address that attempts to sign in are counted by; a new one is a new secret and a deploy',
    });
    this.reference = secret.secretValue.unsafeUnwrap();
  }
}
