import type { Policy, PolicyVersion } from '@keystone/shared/contracts/policy.ts';

/** A policy with its content hash, which was verified. */
export interface HeldPolicy {
  policy: Policy;
  hash: string;
}

/** Above 0 where `a` is the newer version. */
export function compareVersions(a: PolicyVersion, b: PolicyVersion): number {
  return a.epoch - b.epoch || a.n - b.n;
}

/** `2.17`, for logs and people. */
export function versionText({ epoch, n }: PolicyVersion): string {
  return `${epoch}.${n}`;
}
