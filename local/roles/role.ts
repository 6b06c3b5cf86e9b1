/** One statement of a role's policies, with every intrinsic function of the template resolved. */
export type Statement = {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  conditions?: Conditions;
};

/** Condition operator → condition key → accepted values. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** What a function may do, as the template says it. */
export type Role = { name: string; statements: Statement[] };

/** One request to a service, in the terms of IAM. */
export type Call = {
  accessKeyId: string;
  /** Service prefix of the action, for example `dynamodb`. */
  service: string;
  /** For example `dynamodb:PutItem`. */
  action: string;
  /** ARNs; each of them must be allowed. */
  resources: string[];
  /** Values of condition keys that belong to this request, for example `ses:FromAddress`. */
  context?: Record<string, string>;
};

export type Decision = { allowed: true } | { allowed: false; message: string };

/** How a service front asks whether a call may pass. */
export type Authorise = (call: Call) => Decision;

/** Access key id of the stack itself and of tests: no role limits it. */
export const adminAccessKeyId = 'LOCALADMIN';
