import { join } from 'node:path';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { SiteHeaders } from './site-headers.ts';

interface SiteDistributionProps {
  stage: Stage;
  bucket: IBucket;
  api: HttpApi;
  /** Shown to the API with each call; empty where the distribution exists on one machine only. */
  edgeKey: string;
}

const acknowledgements = [
  { id: 'AwsSolutions-CFR1', reason: 'Researchers travel; who may enter is decided by signing in.' },
  {
    id: 'AwsSolutions-CFR2',
    reason:
      'The HTTP API is throttled and its functions check every call; a web ACL is each centre’s own choice.',
  },
  {
    id: 'AwsSolutions-CFR3',
    reason:
      'The site’s files hold no data; every request that does something is in the HTTP API’s access log.',
  },
  {
    id: 'AwsSolutions-CFR4',
    reason:
      'Without a domain of its own the site has CloudFront’s certificate, whose TLS versions are fixed.',
  },
  {
    id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
    reason:
      'No listing can be asked for: the rewrite makes every path a file’s, and no query reaches the bucket.',
  },
];

/** One public address: /api goes to the HTTP API untouched and uncached, the rest to the site's files. */
export class SiteDistribution extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: SiteDistributionProps) {
    super(scope, id);
    const common = {
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: new SiteHeaders(this, 'headers', props.stage.name).policy,
    };
    this.distribution = new Distribution(this, 'distribution', {
      comment: `Keystone ${props.stage.name}`,
      defaultBehavior: { ...common, ...this.site(props) },
      additionalBehaviors: { '/api/*': { ...common, ...this.api(props) } },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultRootObject: 'index.html',
      ...this.domain(props.stage),
    });
    Validations.of(this.distribution).acknowledge(...acknowledgements);
  }

  private site({ stage, bucket }: SiteDistributionProps): BehaviorOptions {
    const rewrite = new EdgeFunction(this, 'rewrite', {
      functionName: `keystone-${stage.name}-rewrite`,
      comment: 'Pages of a static export',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({ filePath: join(import.meta.dirname, '../cloudfront/rewrite.js') }),
    });
    return {
      // With the right to list, a missing file is a 404 and not a 403.
      origin: S3BucketOrigin.withOriginAccessControl(bucket, {
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: rewrite }],
    };
  }

  private api({ stage, api, edgeKey }: SiteDistributionProps): BehaviorOptions {
    const { region, urlSuffix } = Stack.of(this);
    return {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${region}.${urlSuffix}`, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        readTimeout: Duration.seconds(30),
        ...(edgeKey !== '' && { customHeaders: { 'x-keystone-edge': edgeKey } }),
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // API Gateway answers to its own host name only, so Host is the one header that must not be passed on.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      ...(edgeKey !== '' && {
        functionAssociations: [
          { eventType: FunctionEventType.VIEWER_REQUEST, function: this.viewerAddress(stage) },
        ],
      }),
    };
  }

  private viewerAddress({ name }: Stage): EdgeFunction {
    return new EdgeFunction(this, 'viewer-address', {
      functionName: `keystone-${name}-viewer-address`,
      comment: 'Where a call of the API came from',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromFile({
        filePath: join(import.meta.dirname, '../cloudfront/viewer-address.js'),
      }),
    });
  }

  private domain({ site }: Stage) {
    if (site.kind !== 'domain') return {};
    return {
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      domainNames: [site.domain],
      certificate: Certificate.fromCertificateArn(this, 'certificate', site.certificateArn),
    };
  }
}
