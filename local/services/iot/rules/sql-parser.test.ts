import { describe, expect, it } from '@jest/globals';
import { parseSql } from './sql-parser.ts';

const projectSql =
  "SELECT encode(*, 'base64') AS data, topic(2) AS thing, clientid() AS client, principal() AS principal, timestamp() AS at FROM 'keystone/+/usage'";

describe('parseSql', () => {
  it("parses the project's statement", () => {
    expect(parseSql(projectSql)).toEqual({
      select: [
        { kind: 'column', name: 'data', value: { kind: 'base64', of: 'payload' } },
        { kind: 'column', name: 'thing', value: { kind: 'topic', level: 2 } },
        { kind: 'column', name: 'client', value: { kind: 'clientid' } },
        { kind: 'column', name: 'principal', value: { kind: 'principal' } },
        { kind: 'column', name: 'at', value: { kind: 'timestamp' } },
      ],
      from: 'keystone/+/usage',
      where: [],
    });
  });

  it('parses a condition on fields and literals', () => {
    expect(parseSql("select a.b from 't' where a.b >= -1.5 and kind <> 'it''s'").where).toEqual([
      { left: { kind: 'field', path: ['a', 'b'] }, sign: '>=', right: { kind: 'literal', value: -1.5 } },
      { left: { kind: 'field', path: ['kind'] }, sign: '<>', right: { kind: 'literal', value: "it's" } },
    ]);
  });

  it('knows a rule without FROM, which Basic Ingest alone can start', () => {
    expect(parseSql('SELECT *')).toEqual({ select: [{ kind: 'everything' }], from: undefined, where: [] });
  });

  it.each([
    ["SELECT parse_time('x', 1) AS a FROM 't'", /the function parse_time\(\)/],
    ["SELECT a FROM 't' WHERE a = 1 OR b = 2", /OR is not supported here: expected the end of the statement/],
    ["SELECT a FROM 't' WHERE NOT a", /NOT is not supported/],
    ["SELECT a + 1 AS b FROM 't'", /"\+" is not part of the SQL/],
    ["SELECT VALUE * FROM 't'", /VALUE is not supported/],
    ["SELECT CASE a WHEN 1 THEN 2 END FROM 't'", /CASE is not supported/],
    [
      "SELECT (SELECT x FROM y) AS z FROM 't'",
      /^\( is not supported here: expected a column, a function or a literal/,
    ],
    ["SELECT encode(*, 'hex') AS data FROM 't'", /encode\(\) to hex/],
    ["SELECT encode(*, 'base64') FROM 't'", /expected AS and a name/],
    ["SELECT topic(0) AS a FROM 't'", /^0 is not supported here: expected the number of a topic level/],
    ['SELECT a FROM t', /t is not supported here: expected a topic filter in quotes/],
    ["SELECT a, b AS a FROM 't'", /the column a is selected twice/],
    ["SET @x = 1 SELECT a FROM 't'", /"@" is not part of the SQL/],
    ['', /the end is not supported here: expected SELECT/],
  ])('refuses %s by name', (sql, message) => {
    expect(() => parseSql(sql)).toThrow(message);
  });
});
