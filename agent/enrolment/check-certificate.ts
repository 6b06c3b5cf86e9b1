import { X509Certificate } from 'node:crypto';

const WARN_DAYS = 30;
const DAY_MS = 86_400_000;

/** @param now Unix milliseconds */
export function checkCertificate(pem: string, now: number): { level: 'ok' | 'warn'; text: string } {
  const { validFromDate, validToDate } = new X509Certificate(pem);
  const until = validToDate.toISOString().slice(0, 10);
  if (now < validFromDate.getTime())
    return {
      level: 'warn',
      text: `the certificate is valid from ${validFromDate.toISOString()}: check this machine's clock`,
    };
  if (now > validToDate.getTime())
    return {
      level: 'warn',
      text: `the certificate ended on ${until}; enrol anew with keystone-agent enrol --force`,
    };
  if (now > validToDate.getTime() - WARN_DAYS * DAY_MS)
    return {
      level: 'warn',
      text: `the certificate ends on ${until}; enrol anew with keystone-agent enrol --force`,
    };
  return { level: 'ok', text: `the certificate is good until ${until}` };
}
