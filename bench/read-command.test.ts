import { describe, expect, it } from '@jest/globals';
import { readCommand, UsageError } from './read-command.ts';

describe('the bench command', () => {
  it('takes a name, and a size within its bounds', () => {
    expect(readCommand(['cold'])).toEqual({ command: 'bench', name: 'cold', size: 9 });
    expect(readCommand(['cold', '--size', '99'])).toEqual({ command: 'bench', name: 'cold', size: 99 });
  });

  it.each(['0', '100', '-1', '1.5', '1e1', ' 5', 'many', ''])('refuses the size "%s"', (size) => {
    expect(() => readCommand(['cold', `--size=${size}`])).toThrow(UsageError);
    expect(() => readCommand(['cold', `--size=${size}`])).toThrow('from 1 to 99');
  });

  it('refuses a bench that there is not, none at all, and more than one', () => {
    for (const args of [['guess'], [], ['cold', 'web'], ['toString']])
      expect(() => readCommand(args)).toThrow('which bench?');
    expect(() => readCommand(['cold', '--speed', '9'])).toThrow(UsageError);
  });

  it('hands the files of a report on', () => {
    expect(readCommand(['report', 'a', 'b'])).toEqual({ command: 'report', files: ['a', 'b'] });
  });
});
