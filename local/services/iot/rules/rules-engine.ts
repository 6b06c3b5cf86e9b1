import { randomUUID } from 'node:crypto';
import type { Message } from '../broker/message.ts';
import { filterTakes, parseBasicIngest } from '../broker/topics.ts';
import type { Clock, IotRule, RuleAction } from '../iot-options.ts';
import { evaluateSql } from './sql-evaluator.ts';
import { parseSql } from './sql-parser.ts';
import type { SqlStatement } from './sql-statement.ts';

export interface RulesEngine {
  /** Starts the rules that a message starts; they run beside, and their failures end in their error actions. */
  run(message: Message): void;
  /** Resolves when no rule is running. */
  idle(): Promise<void>;
}

export interface RulesEngineOptions {
  readonly rules: readonly IotRule[];
  readonly send: (queueUrl: string, body: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

interface Rule extends IotRule {
  readonly statement: SqlStatement;
}

/** @throws naming the rule, where a statement or a name is one that AWS or this engine does not take. */
export const createRulesEngine = ({ rules, send, clock, log }: RulesEngineOptions): RulesEngine => {
  const parsed = new Map(rules.map((rule) => [rule.name, parseRule(rule)]));
  const running = new Set<Promise<void>>();

  const perform = async (rule: Rule, message: Message, topic: string): Promise<void> => {
    const output = evaluateSql(rule.statement, { ...message, topic, at: clock() });
    if (output === undefined) return;
    const failures: RuleFailure[] = [];
    for (const action of rule.actions) {
      await act(action, output).catch((error: unknown) => failures.push(failureOf(action, error)));
    }
    if (failures.length === 0) return;
    log(`rules: ${rule.name}: ${failures.map(({ errorMessage }) => errorMessage).join('; ')}`);
    if (rule.errorAction) await act(rule.errorAction, errorMessageOf(rule, message, failures));
  };
  const act = async ({ sqs }: RuleAction, output: Buffer): Promise<void> =>
    await send(sqs.queueUrl, output.toString(sqs.useBase64 ? 'base64' : 'utf8'));
  const start = (rule: Rule, message: Message, topic: string): void => {
    const run = perform(rule, message, topic)
      .catch((error: unknown) => log(`rules: ${rule.name}: ${textOf(error)}; the message is lost`))
      .finally(() => running.delete(run));
    running.add(run);
  };

  return {
    run: (message) => {
      for (const [rule, topic] of rulesFor(message.topic, parsed, log)) start(rule, message, topic);
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};

const parseRule = (rule: IotRule): Rule => {
  if (!/^[a-zA-Z0-9_]{1,128}$/.test(rule.name)) {
    throw new Error(`IoT rule ${rule.name}: a name has letters, digits and underscores only`);
  }
  try {
    return { ...rule, statement: parseSql(rule.sql) };
  } catch (cause) {
    throw new Error(`IoT rule ${rule.name}: ${textOf(cause)}`, { cause });
  }
};

/** The rules that a topic starts, each with the topic as that rule sees it. */
const rulesFor = (
  topic: string,
  rules: ReadonlyMap<string, Rule>,
  log: (line: string) => void,
): [Rule, string][] => {
  const ingest = parseBasicIngest(topic);
  if (ingest === undefined) {
    return [...rules.values()]
      .filter(({ statement }) => statement.from !== undefined && filterTakes(statement.from, topic))
      .map((rule) => [rule, topic]);
  }
  const rule = rules.get(ingest.rule);
  const from = rule?.statement.from;
  if (rule !== undefined && (from === undefined || filterTakes(from, ingest.rest)))
    return [[rule, ingest.rest]];
  log(
    `rules: ${topic}: ${rule ? `${rule.name} selects from ${from}` : `no rule ${ingest.rule}`}; the message is lost`,
  );
  return [];
};

interface RuleFailure {
  readonly failedAction: 'SqsAction';
  readonly failedResource: string;
  readonly errorMessage: string;
}

const failureOf = ({ sqs }: RuleAction, error: unknown): RuleFailure => ({
  failedAction: 'SqsAction',
  failedResource: sqs.queueUrl,
  errorMessage: `Failed to send message to SQS queue. ${textOf(error)}`,
});

/** The one message that tells all failures of a rule for a message. */
const errorMessageOf = (rule: Rule, message: Message, failures: readonly RuleFailure[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      ruleName: rule.name,
      topic: message.topic,
      cloudwatchTraceId: randomUUID(),
      clientId: message.clientId,
      base64OriginalPayload: message.payload.toString('base64'),
      failures,
    }),
  );

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
