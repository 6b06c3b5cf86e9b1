import { describe, expect, it } from '@jest/globals';
import { readRuns, RunFileError } from './read-runs.ts';
import { run } from './testing/runs.ts';

const lines = (...texts: (string | object)[]) =>
  texts.map((text) => (typeof text === 'string' ? text : JSON.stringify(text))).join('\n');

describe('what runs printed', () => {
  it('gives the summaries, past npm’s own lines and those of single samples', () => {
    const first = run({ bench: 'award' });
    const second = run({ bench: 'cold' });
    const text = lines('> keystone@0.1.0 bench', '', { bench: 'award', sample: 0 }, first, second);
    expect(readRuns('a.jsonl', text)).toEqual([first, second]);
  });

  it('refuses a run that did not finish', () => {
    expect(() => readRuns('a.jsonl', lines({ bench: 'award', sample: 0 }))).toThrow(
      new RunFileError('a.jsonl holds no summary: that run did not finish'),
    );
  });

  it('refuses what no bench printed', () => {
    expect(() => readRuns('a.jsonl', lines('bench: away', run({})))).toThrow('no bench printed this line');
    expect(() => readRuns('a.jsonl', lines({ ...run({}), figures: [] }))).toThrow("summary can't be read");
    expect(() => readRuns('a.jsonl', lines({ ...run({}), bench: 'guess' }))).toThrow("summary can't be read");
  });
});
