/** A call as a role in the template sees it. */
export interface RoleCall {
  readonly accessKeyId: string;
  readonly service: 'iot';
  /** As IAM writes it: `iot:Publish`. */
  readonly action: string;
  readonly resources: readonly string[];
}

export type RoleAnswer = { readonly allowed: true } | { readonly allowed: false; readonly message: string };

export interface IotPolicy {
  readonly name: string;
  /** The policy document of the template, as an object or as JSON text. */
  readonly document: unknown;
}

export interface SqsAction {
  readonly queueUrl: string;
  readonly useBase64?: boolean;
}

export interface RuleAction {
  readonly sqs: SqsAction;
}

export interface IotRule {
  readonly name: string;
  readonly sql: string;
  readonly actions: readonly RuleAction[];
  readonly errorAction?: RuleAction;
}

/** Milliseconds since 1970. */
export type Clock = () => number;

export interface IotOptions {
  /** Keeps the authority, the registry and the broker's port, so that enrolled devices outlive a restart. */
  readonly stateDir: string;
  /** Default: the port of the last start, else a free one. */
  readonly mqttPort?: number;
  /** Default: a free port. */
  readonly controlPort?: number;
  readonly policies: readonly IotPolicy[];
  readonly rules: readonly IotRule[];
  /** Puts a rule's output on a queue; a rejection goes to the rule's error action. */
  readonly send: (queueUrl: string, body: string) => Promise<void>;
  readonly authorise: (call: RoleCall) => RoleAnswer | Promise<RoleAnswer>;
  readonly clock?: Clock;
  /** What the service refuses or discards, one line each; default: the console. */
  readonly log?: (line: string) => void;
}

export interface RunningIot {
  /** Serves the control plane and the data plane (AWS_ENDPOINT_URL_IOT and AWS_ENDPOINT_URL_IOT_DATA_PLANE). */
  readonly controlEndpoint: string;
  readonly mqtt: { readonly host: string; readonly port: number };
  /** PEM of the authority that devices must trust. */
  readonly ca: string;
  close(): Promise<void>;
}
