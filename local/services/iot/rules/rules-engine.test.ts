import { describe, expect, it } from '@jest/globals';
import type { IotRule } from '../iot-options.ts';
import { createRulesEngine } from './rules-engine.ts';

const rule = (name: string, from: string, changes: Partial<IotRule> = {}): IotRule => ({
  name,
  sql: `SELECT topic() AS topic FROM '${from}'`,
  actions: [{ sqs: { queueUrl: name, useBase64: false } }],
  ...changes,
});

/** Runs rules on a topic and tells what came on which queue. */
const run = async (topic: string, rules: IotRule[], broken: string[] = []) => {
  const sent: [queue: string, body: string][] = [];
  const lines: string[] = [];
  const engine = createRulesEngine({
    rules,
    clock: () => 1,
    log: (line) => lines.push(line),
    send: async (queue, body) => {
      if (broken.includes(queue)) throw new Error(`${queue} is broken`);
      sent.push([queue, body]);
    },
  });
  engine.run({ topic, payload: Buffer.from('bytes'), clientId: 'a', principal: 'c0ffee' });
  await engine.idle();
  return { sent, lines };
};

describe('createRulesEngine', () => {
  it('runs every rule whose filter takes the topic', async () => {
    const rules = [rule('one', 'k/+/usage'), rule('two', 'k/#'), rule('three', 'k/+/state')];
    expect((await run('k/a/usage', rules)).sent).toEqual([
      ['one', '{"topic":"k/a/usage"}'],
      ['two', '{"topic":"k/a/usage"}'],
    ]);
  });

  it('runs the one rule that a Basic Ingest topic names, and counts levels after its name', async () => {
    const rules = [rule('one', 'k/+/usage'), rule('two', 'k/#')];
    expect((await run('$aws/rules/one/k/a/usage', rules)).sent).toEqual([['one', '{"topic":"k/a/usage"}']]);
  });

  it('runs no rule for a Basic Ingest topic that names none, or that the rule does not select from', async () => {
    const { sent, lines } = await run('$aws/rules/none/k/a/usage', [rule('one', 'k/#')]);
    expect(sent).toEqual([]);
    expect(lines).toEqual(['rules: $aws/rules/none/k/a/usage: no rule none; the message is lost']);
    expect((await run('$aws/rules/one/other', [rule('one', 'k/#')])).sent).toEqual([]);
  });

  it('sends base64 where the action asks for it', async () => {
    const based = rule('one', 'k', {
      sql: "SELECT * FROM 'k'",
      actions: [{ sqs: { queueUrl: 'q', useBase64: true } }],
    });
    expect((await run('k', [based])).sent).toEqual([['q', Buffer.from('bytes').toString('base64')]]);
  });

  it('sends all failures of a rule in one message to its error action', async () => {
    const failing = rule('one', 'k', {
      actions: ['first', 'second', 'third'].map((queueUrl) => ({ sqs: { queueUrl } })),
      errorAction: { sqs: { queueUrl: 'errors' } },
    });
    const { sent } = await run('k', [failing], ['first', 'third']);
    expect(sent.map(([queue]) => queue)).toEqual(['second', 'errors']);
    expect(JSON.parse(sent[1]?.[1] ?? '')).toMatchObject({
      ruleName: 'one',
      topic: 'k',
      clientId: 'a',
      base64OriginalPayload: Buffer.from('bytes').toString('base64'),
      failures: [
        {
          failedAction: 'SqsAction',
          failedResource: 'first',
          errorMessage: expect.stringContaining('first is broken'),
        },
        {
          failedAction: 'SqsAction',
          failedResource: 'third',
          errorMessage: expect.stringContaining('third is broken'),
        },
      ],
    });
  });

  it('loses a message whose statement cannot run, and says so', async () => {
    const all = rule('one', 'k', {
      sql: "SELECT *, topic() AS t FROM 'k'",
      errorAction: { sqs: { queueUrl: 'errors' } },
    });
    const { sent, lines } = await run('k', [all]);
    expect(sent).toEqual([]);
    expect(lines[0]).toMatch(/^rules: one: SELECT \* beside other columns needs a JSON object/);
  });

  it('refuses at the start, by name, a statement or a name that it does not know', () => {
    const create = (bad: IotRule) => () =>
      createRulesEngine({
        rules: [bad],
        clock: () => 1,
        log: () => undefined,
        send: () => Promise.resolve(),
      });
    expect(create(rule('bad', 'k', { sql: "SELECT upper(a) AS a FROM 'k'" }))).toThrow(
      /^IoT rule bad: the function upper/,
    );
    expect(create(rule('bad-name', 'k'))).toThrow(/^IoT rule bad-name: a name has letters/);
  });
});
