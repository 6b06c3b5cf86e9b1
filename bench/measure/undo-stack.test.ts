import { describe, expect, it } from '@jest/globals';
import { UndoStack } from './undo-stack.ts';

describe('what a bench started', () => {
  it('is ended in reverse order, once', async () => {
    const ended: string[] = [];
    const undo = new UndoStack();
    for (const name of ['stack', 'agent']) undo.push(async () => ended.push(name));
    await undo.run();
    await undo.run();
    expect(ended).toEqual(['agent', 'stack']);
  });

  it('is ended to the last even where one step fails, and the failure is told', async () => {
    const ended: string[] = [];
    const undo = new UndoStack();
    undo.push(() => ended.push('stack'));
    undo.push(() => {
      throw new Error('stuck');
    });
    await expect(undo.run()).rejects.toMatchObject({ cause: new Error('stuck') });
    expect(ended).toEqual(['stack']);
  });
});
