import type * as z from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};
const formats: Readonly<Record<string, string>> = {
  date: 'a day as YYYY-MM-DD',
  datetime: 'a moment as YYYY-MM-DDThh:mm:ssZ',
  email: 'an email address',
  url: 'a URL',
  uuid: 'a UUID',
};
const counted: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

/** What would be right, for a caller who does not know the schema; undefined leaves it to the library. */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : must(kinds[issue.expected]);
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'invalid_format':
      return must(formats[issue.format]);
    case 'too_small':
      return bound(issue.origin, `${issue.minimum}`, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return bound(issue.origin, `${issue.maximum}`, issue.inclusive === false ? 'less than' : 'at most');
    default:
      return undefined;
  }
}

const must = (what: string | undefined) => what && `must be ${what}`;

const bound = (origin: string, limit: string, word: string) =>
  `must ${counted[origin] ? 'have' : 'be'} ${word} ${limit}${counted[origin] ?? ''}`;
