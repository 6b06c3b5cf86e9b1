import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/policy-content.ts';
import type { Policy, PolicyGrant } from './policy.ts';

/**
 * Content hash of a policy: equal for equal desired states, whatever their version. The agent verifies it after it put
 * parts together or applied a delta. It is taken of the fields that the first version had: an agent drops those that it
 * does not know, and has to come to the same hash.
 *
 * @returns SHA-256, lower-case hex
 */
export function policyHash(policy: Pick<Policy, 'cluster' | 'zone' | 'accounts'>): string {
  return digestOf({
    cluster: policy.cluster,
    zone: policy.zone,
    accounts: policy.accounts.map(({ spans: _spans, ...account }) => ({
      ...account,
      grants: account.grants.map(({ withdrawn: _withdrawn, ...grant }) => grant),
    })),
  });
}

/**
 * Hash of what people decided, without the figures that move with every job (runs, drawn, baseline). Where only those moved, the
 * agent knows better than the cloud does, and no new version is made.
 */
export function policyShapeHash(policy: Pick<Policy, 'cluster' | 'zone' | 'accounts'>): string {
  return digestOf({
    cluster: policy.cluster,
    zone: policy.zone,
    accounts: policy.accounts.map(accountShape),
  });
}

/** An account without the figures that move with every job. */
export function accountShape(account: Policy['accounts'][number]): unknown {
  const {
    runsTotal: _runs,
    through: _through,
    baseline: _baseline,
    spans: _spans,
    grants,
    ...decided
  } = account;
  return { ...decided, grants: grants.map(grantShape) };
}

function grantShape({ drawn: _drawn, withdrawn, ...grant }: PolicyGrant): unknown {
  return withdrawn ? { ...grant, withdrawn: { until: withdrawn.until, kept: withdrawn.kept } } : grant;
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
