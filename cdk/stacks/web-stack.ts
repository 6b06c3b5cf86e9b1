import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { EdgeKey } from '../constructs/edge-key.ts';
import { FrontDoor } from '../constructs/front-door.ts';
import { SiteBucket } from '../constructs/site-bucket.ts';
import { SiteDistribution } from '../constructs/site-distribution.ts';
import type { Stage } from '../stages.ts';

interface WebStackProps extends StackProps {
  stage: Stage;
}

/** The public addresses: the site and the HTTP API. The site's files are put there by the deploy workflow. */
export class WebStack extends Stack {
  readonly api: HttpApi;
  /** The site's public origin, or empty where none is known beforehand. */
  readonly origin: string;
  /** What the distribution shows the API to be believed about viewers, or empty where nothing stands in front. */
  readonly edgeKey: string;

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    const { stage } = props;
    this.api = new FrontDoor(this, 'front-door', stage).api;
    const bucket: IBucket = new SiteBucket(this, 'site');
    this.edgeKey = stage.site.kind === 'request' ? '' : new EdgeKey(this, 'edge-key').reference;
    const { distribution } = new SiteDistribution(this, 'site-distribution', {
      stage,
      bucket,
      api: this.api,
      edgeKey: this.edgeKey,
    });
    this.origin = originOf(stage, distribution.distributionDomainName);

    new CfnOutput(this, 'SiteBucket', { value: bucket.bucketName });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    new CfnOutput(this, 'SiteAddress', { value: `https://${distribution.distributionDomainName}` });
    new CfnOutput(this, 'ApiAddress', { value: this.api.apiEndpoint });
  }
}

const originOf = ({ site }: Stage, cloudfrontDomain: string): string => {
  switch (site.kind) {
    case 'domain':
      return `https://${site.domain}`;
    case 'cloudfront':
      return `https://${cloudfrontDomain}`;
    case 'request':
      return '';
  }
};
