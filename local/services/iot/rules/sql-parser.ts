import {
  comparisonSigns,
  type Comparison,
  type Expression,
  type SelectItem,
  type SqlStatement,
} from './sql-statement.ts';
import { tokensOf, type Token } from './sql-tokens.ts';

/**
 * Parses a rule's statement: a select list, FROM a topic filter, WHERE comparisons joined by AND.
 *
 * @throws for anything else, naming it, so that a template never runs here as something that it is not.
 */
export const parseSql = (sql: string): SqlStatement => {
  const reader = new TokenReader(tokensOf(sql));
  reader.takeWord('SELECT');
  const select = listOf(reader, parseItem);
  const from = reader.tryWord('FROM') ? reader.takeString('a topic filter') : undefined;
  const where = reader.tryWord('WHERE') ? parseConditions(reader) : [];
  reader.end();
  const names = select.flatMap((item) => (item.kind === 'column' ? [item.name] : []));
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`the column ${twice} is selected twice`);
  return { select, from, where };
};

class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  trySign(text: string): boolean {
    return this.#try((token) => token.kind === 'sign' && token.text === text);
  }

  tryWord(text: string): boolean {
    return this.#try((token) => token.kind === 'word' && token.text.toUpperCase() === text);
  }

  takeSign(text: string): void {
    if (!this.trySign(text)) this.refuse(text);
  }

  takeWord(text: string): void {
    if (!this.tryWord(text)) this.refuse(text);
  }

  takeString(what: string): string {
    const token = this.next();
    if (token?.kind === 'string') return token.value;
    return this.refuseLast(`${what} in quotes`);
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.refuse('the end of the statement');
  }

  /** Refuses the token that was taken last. */
  refuseLast(expected: string): never {
    this.#at -= 1;
    return this.refuse(expected);
  }

  /** Refuses the token that comes now. */
  refuse(expected: string): never {
    const token = this.#tokens[this.#at];
    const found = token === undefined ? 'the end' : String('text' in token ? token.text : token.value);
    throw new Error(`${found} is not supported here: expected ${expected}`);
  }

  #try(wanted: (token: Token) => boolean): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || !wanted(token)) return false;
    this.#at += 1;
    return true;
  }
}

const listOf = <T>(reader: TokenReader, parse: (reader: TokenReader) => T): T[] => {
  const items = [parse(reader)];
  while (reader.trySign(',')) items.push(parse(reader));
  return items;
};

const parseItem = (reader: TokenReader): SelectItem => {
  if (reader.trySign('*')) return { kind: 'everything' };
  const value = parseExpression(reader);
  if (reader.tryWord('AS')) return { kind: 'column', name: parseName(reader), value };
  const name = value.kind === 'field' ? value.path.at(-1) : value.kind;
  if (name === undefined || value.kind === 'literal' || value.kind === 'base64')
    return reader.refuse('AS and a name');
  return { kind: 'column', name, value };
};

const parseName = (reader: TokenReader): string => {
  const token = reader.next();
  return token?.kind === 'word' ? token.text : reader.refuseLast('a name');
};

const parseConditions = (reader: TokenReader): Comparison[] => {
  const conditions = [parseComparison(reader)];
  while (reader.tryWord('AND')) conditions.push(parseComparison(reader));
  return conditions;
};

const parseComparison = (reader: TokenReader): Comparison => {
  const left = parseExpression(reader);
  const sign = comparisonSigns.find((each) => reader.trySign(each));
  return sign === undefined ? reader.refuse('a comparison') : { left, sign, right: parseExpression(reader) };
};

const parseExpression = (reader: TokenReader): Expression => {
  const token = reader.next();
  if (token?.kind === 'string' || token?.kind === 'number') return { kind: 'literal', value: token.value };
  if (token?.kind !== 'word') return reader.refuseLast('a column, a function or a literal');
  if (reader.trySign('(')) return parseCall(token.text, reader);
  const constant = { true: true, false: false, null: null }[token.text.toLowerCase()];
  return constant === undefined ? parseField(token.text, reader) : { kind: 'literal', value: constant };
};

const reserved = ['SELECT', 'FROM', 'WHERE', 'AND', 'OR', 'NOT', 'AS', 'CASE', 'SET', 'VALUE', 'IN', 'LIKE'];

const parseField = (first: string, reader: TokenReader): Extract<Expression, { kind: 'field' }> => {
  if (reserved.includes(first.toUpperCase()))
    throw new Error(`${first} is not supported here: expected a column`);
  const path = [first];
  while (reader.trySign('.')) path.push(parseName(reader));
  return { kind: 'field', path };
};

const parseCall = (name: string, reader: TokenReader): Expression => {
  const called = name.toLowerCase();
  switch (called) {
    case 'encode':
      return parseEncode(reader);
    case 'topic':
      return parseTopic(reader);
    case 'clientid':
    case 'principal':
    case 'timestamp':
      reader.takeSign(')');
      return { kind: called };
    default:
      throw new Error(`the function ${name}() is not supported by the local rules engine`);
  }
};

const parseEncode = (reader: TokenReader): Expression => {
  const of = reader.trySign('*') ? 'payload' : parseField(parseName(reader), reader);
  reader.takeSign(',');
  const scheme = reader.takeString('base64');
  if (scheme !== 'base64') throw new Error(`encode() to ${scheme} is not supported: AWS knows base64 alone`);
  reader.takeSign(')');
  return { kind: 'base64', of };
};

const parseTopic = (reader: TokenReader): Expression => {
  if (reader.trySign(')')) return { kind: 'topic', level: undefined };
  const token = reader.next();
  if (token?.kind !== 'number' || !Number.isInteger(token.value) || token.value < 1) {
    return reader.refuseLast('the number of a topic level, from 1');
  }
  reader.takeSign(')');
  return { kind: 'topic', level: token.value };
};
