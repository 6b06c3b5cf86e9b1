import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';

const policySchema = z.object({
  ResponseHeadersPolicyConfig: z.object({
    SecurityHeadersConfig: z.object({
      ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string() }).optional(),
      ContentTypeOptions: z.object({}).optional(),
      FrameOptions: z.object({ FrameOption: z.string() }).optional(),
      ReferrerPolicy: z.object({ ReferrerPolicy: z.string() }).optional(),
    }),
  }),
});

/** Headers that CloudFront adds to every answer. Strict-Transport-Security is left out: browsers heed it over https only. */
export function readSecurityHeaders(deployment: Deployment): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { parsed } of deployment.ofType('AWS::CloudFront::ResponseHeadersPolicy', policySchema)) {
    const config = parsed.ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    if (config.ContentSecurityPolicy)
      headers['content-security-policy'] = config.ContentSecurityPolicy.ContentSecurityPolicy;
    if (config.ContentTypeOptions) headers['x-content-type-options'] = 'nosniff';
    if (config.FrameOptions) headers['x-frame-options'] = config.FrameOptions.FrameOption;
    if (config.ReferrerPolicy) headers['referrer-policy'] = config.ReferrerPolicy.ReferrerPolicy;
  }
  return headers;
}
