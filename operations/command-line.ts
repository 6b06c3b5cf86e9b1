import { parseArgs, type ParseArgsConfig } from 'node:util';
import { CommandError } from './output.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** @throws CommandError with the help text where an option is unknown or lacks its value, or a word is one too many */
export function readCommandLine<const O extends Options>(options: O, help: string, mostWords = 0) {
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: mostWords > 0 });
    if (positionals.length > mostWords) throw new Error(`${String(positionals.at(-1))} is one word too many`);
    return { values, words: positionals };
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n${help}`);
  }
}

/** @throws CommandError where the text is no number above 0 */
export function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new CommandError(`${option} wants a number above 0, not "${text}"`);
  return number;
}
