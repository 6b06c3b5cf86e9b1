import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
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
    const origin = JSON.stringify(originOf(api?.TargetOriginId ?? ''));
    expect(origin).toContain('.execute-api.');
    expect(origin).toContain('"OriginProtocolPolicy":"https-only"');
  });

  it('says with each call of the API where it came from, and shows the key that makes it believed', () => {
    const [api] = config.CacheBehaviors;
    const code = readFileSync(join(import.meta.dirname, 'cloudfront/viewer-address.js'), 'utf8');
    const functions = app.ofType('AWS::CloudFront::Function');
    const ours = functions.find(({ Properties }) => Properties['FunctionCode'] === code);
    expect(JSON.stringify(api?.['FunctionAssociations'])).toContain(ours?.logicalId);
    const said: unknown = new Script(`${code};handler({ viewer: { ip: '2001:db8::1' }, request: { headers: {
      'x-keystone-viewer': { value: '1.2.3.4' } } } })`).runInNewContext();
    expect(said).toMatchObject({ headers: { 'x-keystone-viewer': { value: '2001:db8::1' } } });
    const origin = JSON.stringify(originOf(api?.TargetOriginId ?? ''));
    expect(origin).toMatch(/"HeaderName":"x-keystone-edge","HeaderValue":.*resolve:secretsmanager/);
    for (const name of ['api', 'sign-in', 'enrol']) {
      const [made] = app
        .ofType('AWS::Lambda::Function')
        .filter(({ Properties }) => Properties['FunctionName'] === `keystone-dev-${name}`);
      expect(JSON.stringify(made?.Properties['Environment'])).toMatch(/"EDGE_KEY":.*resolve:secretsmanager/);
    }
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

  it('leaves scripts and styles to each page’s own policy, which a header would narrow', () => {
    const headers = JSON.stringify(app.ofType('AWS::CloudFront::ResponseHeadersPolicy')[0]?.Properties);
    expect(headers).not.toMatch(/script-src|style-src|default-src/);
  });

  it('is the stage’s domain where it has one, under TLS 1.2 at least', () => {
    const [full] = synthesise(fullStage).ofType('AWS::CloudFront::Distribution');
    expect(full?.Properties['DistributionConfig']).toMatchObject({
      Aliases: ['keystone.example.org'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
  });
});
