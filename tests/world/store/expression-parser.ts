/** What an expression says; names and values are looked up when it is evaluated, so that one reading serves all requests. */
export type Operand =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly of: readonly Operand[] }
  | { readonly kind: 'sum'; readonly sign: 1 | -1; readonly of: readonly [Operand, Operand] };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly how: string; readonly of: readonly [Operand, Operand] }
  | { readonly kind: 'between'; readonly of: readonly [Operand, Operand, Operand] }
  | { readonly kind: 'test'; readonly name: string; readonly of: readonly Operand[] };

export interface Update {
  readonly set: readonly { readonly name: string; readonly to: Operand }[];
  readonly remove: readonly string[];
  readonly add: readonly { readonly name: string; readonly value: Operand }[];
}

const TOKEN = /\s*(<=|>=|<>|[=<>(),+-]|[:#]?[A-Za-z_][A-Za-z0-9_]*(?:\.#?[A-Za-z_][A-Za-z0-9_]*)*)/y;

/** Words of an expression, one after another. What the product does not use is refused by name, never guessed. */
class Words {
  readonly #text: string;
  readonly #words: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const found = TOKEN.exec(text);
      if (!found?.[1]) throw new Error(`the store of the world can't read the expression: ${text}`);
      this.#words.push(found[1]);
    }
  }

  get next(): string | undefined {
    return this.#words[this.#at];
  }

  get isKeyword(): string | undefined {
    return this.next?.toUpperCase();
  }

  take(): string {
    const word = this.#words[this.#at];
    if (word === undefined) throw new Error(`the expression ends too early: ${this.#text}`);
    this.#at += 1;
    return word;
  }

  takeIf(word: string): boolean {
    if (this.isKeyword !== word) return false;
    this.#at += 1;
    return true;
  }

  must(word: string): void {
    if (!this.takeIf(word)) throw new Error(`${word} is missing in the expression: ${this.#text}`);
  }
}

const conditions = new Map<string, Condition>();
const updates = new Map<string, Update>();

export function parseCondition(text: string): Condition {
  return remembered(conditions, text, () => {
    const words = new Words(text);
    const condition = either(words);
    if (words.next !== undefined) throw new Error(`${words.next} is out of place in: ${text}`);
    return condition;
  });
}

export function parseUpdate(text: string): Update {
  return remembered(updates, text, () => readUpdate(new Words(text)));
}

/** Texts that hold figures are many; only so many are kept. */
function remembered<T>(known: Map<string, T>, text: string, read: () => T): T {
  let found = known.get(text);
  if (found === undefined) {
    found = read();
    if (known.size > 5_000) known.clear();
    known.set(text, found);
  }
  return found;
}

function either(words: Words): Condition {
  const of = [both(words)];
  while (words.takeIf('OR')) of.push(both(words));
  return of.length === 1 && of[0] ? of[0] : { kind: 'or', of };
}

function both(words: Words): Condition {
  const of = [one(words)];
  while (words.takeIf('AND')) of.push(one(words));
  return of.length === 1 && of[0] ? of[0] : { kind: 'and', of };
}

function one(words: Words): Condition {
  if (words.takeIf('NOT')) return { kind: 'not', of: one(words) };
  if (words.takeIf('(')) {
    const inner = either(words);
    words.must(')');
    return inner;
  }
  const left = operand(words);
  if (words.takeIf('BETWEEN')) {
    const low = operand(words);
    words.must('AND');
    return { kind: 'between', of: [left, low, operand(words)] };
  }
  if (left.kind === 'call' && !isComparison(words.next))
    return { kind: 'test', name: left.name, of: left.of };
  const how = words.take();
  if (!isComparison(how)) throw new Error(`${how} is no comparison`);
  return { kind: 'compare', how, of: [left, operand(words)] };
}

const isComparison = (word: string | undefined) =>
  word !== undefined && ['=', '<>', '<', '<=', '>', '>='].includes(word);

function operand(words: Words): Operand {
  const word = words.take();
  if (word.startsWith(':')) return { kind: 'value', text: word };
  if (!words.takeIf('(')) return { kind: 'name', text: word };
  const of: Operand[] = [];
  do of.push(operand(words));
  while (words.takeIf(','));
  words.must(')');
  return { kind: 'call', name: word.toLowerCase(), of };
}

function readUpdate(words: Words): Update {
  const set: { name: string; to: Operand }[] = [];
  const remove: string[] = [];
  const add: { name: string; value: Operand }[] = [];
  const clauses: Record<string, () => void> = {
    SET: () => {
      const name = words.take();
      words.must('=');
      set.push({ name, to: sum(words) });
    },
    REMOVE: () => remove.push(words.take()),
    ADD: () => add.push({ name: words.take(), value: operand(words) }),
  };
  while (words.next !== undefined) {
    const clause = clauses[words.take().toUpperCase()];
    if (!clause) throw new Error('the store of the world knows SET, REMOVE and ADD');
    do clause();
    while (words.takeIf(','));
  }
  return { set, remove, add };
}

function sum(words: Words): Operand {
  const left = operand(words);
  if (words.takeIf('+')) return { kind: 'sum', sign: 1, of: [left, operand(words)] };
  if (words.takeIf('-')) return { kind: 'sum', sign: -1, of: [left, operand(words)] };
  return left;
}
