import { describe, expect, it } from '@jest/globals';
import { CachePolicy, OriginRequestPolicy } from 'aws-cdk-lib/aws-cloudfront';
import * as z from 'zod';
import { stages } from './stages.ts';
import { fullStage, synthesise } from './testing/synthesised.ts';

const app = synthesise(stages.dev);
const behaviourSchema = z.looseObject({
  TargetOriginId: z.string(),
  ViewerProtocolPolicy: z.string(),
  CachePolicyId: z.string(),
  ResponseHeadersPolicyId: z.unknown(),
});
const distributionSchema = z.object({
  DistributionConfig: z.looseObject({
    DefaultCacheBehavior: behaviourSchema,
    CacheBehaviors: z.array(
      behaviourSchema.extend({ PathPattern: z.string(), OriginRequestPolicyId: z.string() }),
    ),
    Origins: z.array(z.looseObject({ Id: z.string() })),
  }),
});
const [made] = app.ofType('AWS::CloudFront::Distribution');
const { DistributionConfig: config } = distributionSchema.parse(made?.Properties);
const originOf = (id: string) => config.Origins.find(({ Id }) => Id === id);

describe('the site’s address', () => {
  it('hands /api to the HTTP API uncached, with all that the caller sent but the host name', () => {
    const [api, ...others] = config.CacheBehaviors;
    expect(others).toEqual([]);
    expect(api).toMatchObject({
      PathPattern: '/api/*',
      CachePolicyId: CachePolicy.CACHING_DISABLED.cachePolicyId,
      OriginRequestPolicyId: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER.originRequestPolicyId,
      AllowedMethods: expect.arrayContaining(['POST', 'PATCH', 'DELETE']),
    });
    expect(api?.['FunctionAssociations']).toBeUndefined();
    const origin = JSON.stringify(originOf(api?.TargetOriginId ?? ''));
    expect(origin).toContain('.execute-api.');
    expect(origin).toContain('"OriginProtocolPolicy":"https-only"');
  });

  it('reads files under a signature that the bucket takes from this distribution alone', () => {
    const origin = originOf(config.DefaultCacheBehavior.TargetOriginId);
    expect(JSON.stringify(origin?.['OriginAccessControlId'])).toContain('S3OriginAccessControl');
    expect(
      app.ofType('AWS::CloudFront::OriginAccessControl')[0]?.Properties['OriginAccessControlConfig'],
    ).toMatchObject({
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
    const policy = JSON.stringify(app.ofType('AWS::S3::BucketPolicy'));
    expect(policy.match(/"Effect":"Allow"/g)).toHaveLength(1);
    expect(policy).toContain('"Condition":{"StringEquals":{"AWS:SourceArn":');
  });

  it('answers over TLS alone, with the same security headers everywhere', () => {
    for (const behaviour of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) {
      expect(behaviour.ViewerProtocolPolicy).toBe('redirect-to-https');
      expect(JSON.stringify(behaviour.ResponseHeadersPolicyId)).toContain('headerspolicy');
    }
    const headers = JSON.stringify(app.ofType('AWS::CloudFront::ResponseHeadersPolicy')[0]?.Properties);
    expect(headers).toContain("frame-ancestors 'none'");
    expect(headers).toContain('"AccessControlMaxAgeSec":31536000');
    expect(headers).toContain('"ContentTypeOptions":{"Override":true}');
  });

  it('leaves scripts to each page’s own policy, which a header would narrow', () => {
    const headers = JSON.stringify(app.ofType('AWS::CloudFront::ResponseHeadersPolicy')[0]?.Properties);
    expect(headers).not.toMatch(/script-src|default-src/);
  });

  it('is the stage’s domain where it has one, under TLS 1.2 at least', () => {
    const [full] = synthesise(fullStage).ofType('AWS::CloudFront::Distribution');
    expect(full?.Properties['DistributionConfig']).toMatchObject({
      Aliases: ['keystone.example.org'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
  });
});
