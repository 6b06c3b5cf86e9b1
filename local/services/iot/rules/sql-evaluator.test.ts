import { describe, expect, it } from '@jest/globals';
import { evaluateSql } from './sql-evaluator.ts';
import { parseSql } from './sql-parser.ts';

const run = (sql: string, payload: string | Buffer): string | undefined =>
  evaluateSql(parseSql(sql), {
    topic: 'keystone/a/usage',
    payload: Buffer.from(payload),
    clientId: 'a',
    principal: 'c0ffee',
    at: 1_700_000_000_000,
  })?.toString('latin1');
const json = (sql: string, payload: string | Buffer): unknown => JSON.parse(run(sql, payload) ?? 'null');

const binary = Buffer.from([0x1f, 0x8b, 0x00, 0xff]);

describe('evaluateSql', () => {
  it('encodes bytes that are no JSON, beside what the broker knows', () => {
    const sql =
      "SELECT encode(*, 'base64') AS data, topic() AS topic, topic(2) AS thing, clientid() AS client, principal() AS principal, timestamp() AS at FROM 'keystone/+/usage'";
    expect(json(sql, binary)).toEqual({
      data: 'H4sA/w==',
      topic: 'keystone/a/usage',
      thing: 'a',
      client: 'a',
      principal: 'c0ffee',
      at: 1_700_000_000_000,
    });
  });

  it('passes bytes as they came for * alone', () => {
    expect(run("SELECT * FROM 't'", binary)).toBe(binary.toString('latin1'));
  });

  it('refuses * beside other columns where the payload is no JSON object', () => {
    expect(() => run("SELECT *, topic(1) AS x FROM 't'", binary)).toThrow(/needs a JSON object/);
    expect(() => run("SELECT *, topic(1) AS x FROM 't'", '[1]')).toThrow(/needs a JSON object/);
    expect(json("SELECT *, topic(1) AS x FROM 't'", '{"a":1}')).toEqual({ a: 1, x: 'keystone' });
  });

  it('leaves out a column without a value', () => {
    expect(json("SELECT a.b AS found, c AS missing, topic(9) AS none FROM 't'", '{"a":{"b":1}}')).toEqual({
      found: 1,
    });
  });

  it('encodes a field as its text', () => {
    expect(json("SELECT encode(a, 'base64') AS a FROM 't'", '{"a":"hi"}')).toEqual({ a: 'aGk=' });
  });

  it.each([
    ['a = 1', true],
    ['a = 2', false],
    ["a = '1'", false],
    ['a <> 2', true],
    ['a != 1', false],
    ['a > 0.5', true],
    ['a >= 1', true],
    ['a < 1', false],
    ['a <= 0', false],
    ["b >= 'x'", true],
    ["b < 'x'", false],
    ["a < 'x'", false],
    ['c = true', true],
    ['d = null', true],
    ['missing <> 1', false],
    ['a = 1 AND b = 2', false],
    ["topic(2) = 'a'", true],
  ])('WHERE %s is %s', (condition, holds) => {
    const output = run(`SELECT * FROM 't' WHERE ${condition}`, '{"a":1,"b":"x","c":true,"d":null}');
    expect(output !== undefined).toBe(holds);
  });
});
