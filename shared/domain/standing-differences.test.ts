import { describe, expect, it } from '@jest/globals';
import { settleDifferences, type Difference } from './standing-differences.ts';

const off = (seconds: number, name = 'balance'): Difference => ({
  name,
  expected: { seconds: 10 },
  found: { seconds },
});

async function settle(readings: readonly Difference[][]) {
  const left = [...readings];
  const pauses: number[] = [];
  const settled = await settleDifferences(
    () => Promise.resolve(left.shift() ?? readings.at(-1) ?? []),
    (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  );
  return {
    ...settled,
    read: readings.length - left.length,
    paused: pauses.reduce((sum, each) => sum + each, 0),
  };
}

describe('a difference', () => {
  it('is one where it is the same in each reading over seconds', async () => {
    const { standing, moving, paused } = await settle([[off(9)]]);
    expect({ standing, moving }).toEqual({ standing: [off(9)], moving: [] });
    expect(paused).toBeGreaterThanOrEqual(3_000);
  });

  it('is none where a later reading agrees, and then nothing more is read', async () => {
    expect(await settle([[off(9)], [], [off(9)]])).toMatchObject({ standing: [], moving: [], read: 2 });
  });

  it('stands still where only the first reading was another one', async () => {
    expect(await settle([[off(8)], [off(9)]])).toMatchObject({ standing: [off(9)], moving: [] });
  });

  it('moves where it is another one each time', async () => {
    const readings = [1, 2, 3, 4, 5].map((seconds) => [off(seconds)]);
    expect(await settle(readings)).toMatchObject({ standing: [], moving: [off(5)] });
  });

  it('stands where both sides grow and stay as far apart in each reading', async () => {
    const apart = (seconds: number, gap: number): Difference => ({
      name: 'balance',
      expected: { seconds, jobs: 1 },
      found: { seconds: seconds + gap, jobs: 1 },
    });
    const growing = [1, 2, 3, 4, 5].map((seconds) => [apart(seconds, 7)]);
    expect(await settle(growing)).toMatchObject({ standing: [apart(5, 7)], moving: [] });
    const closing = [...growing.slice(0, 4), [apart(5, 6)]];
    expect(await settle(closing)).toMatchObject({ standing: [], moving: [apart(5, 6)] });
  });

  it('moves where what is no number is another one each time', async () => {
    const readings = [1, 2, 3, 4, 5].map((n) => [
      { name: 'mark', expected: { mark: `1/${n}` }, found: { mark: `1/${n + 1}` } },
    ]);
    expect(await settle(readings)).toMatchObject({ standing: [], moving: readings.at(-1) });
  });

  it('is told apart from those beside it', async () => {
    const readings = [1, 2, 3, 4, 5].map((seconds) => [off(seconds), off(3, 'day')]);
    expect(await settle(readings)).toMatchObject({ standing: [off(3, 'day')], moving: [off(5)] });
  });
});
