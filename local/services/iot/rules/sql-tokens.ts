export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'sign'; readonly text: string };

const pattern = /\s*(?:([A-Za-z_]\w*)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(<>|!=|<=|>=|[=<>*,().])|(\S))/y;

/** Cuts a rule's statement into tokens. @throws at the first character that no token starts with. */
export const tokensOf = (sql: string): Token[] => {
  const tokens: Token[] = [];
  const text = sql.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const [, word, string, number, sign, other] = pattern.exec(text) ?? [];
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (string !== undefined) tokens.push({ kind: 'string', value: string.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else throw new Error(`"${other ?? text}" is not part of the SQL that the local rules engine knows`);
  }
  return tokens;
};
