import { beforeEach, describe, expect, it } from '@jest/globals';
import { runOf } from '../testing/builders.ts';
import { JobWatch } from './job-watch.ts';

const running = { user: 'alice', account: 'chem', started: true };
const pending = { ...running, started: false };
const unknown = (): undefined => undefined;
const none: readonly [number, { account: string }][] = [];
const queueOf = (jobs: readonly [number, typeof running][], ended = none) => ({
  unfinished: new Map(jobs),
  ended: new Map(ended),
});
const at = (second: number) => ({ monotonic: second * 1000, seconds: 1_000_000 + second });

describe('the job watch', () => {
  let watch: JobWatch;
  beforeEach(() => {
    watch = new JobWatch();
    watch.look(
      queueOf([
        [1, running],
        [2, pending],
      ]),
      at(0),
      unknown,
    );
  });

  it('misses nothing at its first look', () => {
    expect(new JobWatch().look(queueOf([[1, running]]), at(0), unknown)).toBe(false);
    expect(watch.unsettled()).toEqual(new Set());
  });

  it('awaits the row of a job that left, and its account is unsettled until it came', () => {
    expect(watch.look(queueOf([[2, pending]]), at(5), unknown)).toBe(true);
    expect(watch.unsettled()).toEqual(new Set(['chem']));
    expect(watch.quickFrom(at(5).monotonic)).toBeLessThan(at(0).seconds);
    watch.rowsCame([runOf(1)]);
    expect(watch.unsettled()).toEqual(new Set());
    expect(watch.quickFrom(at(5).monotonic)).toBeUndefined();
  });

  it('awaits the row of the run before, where a job was requeued', () => {
    expect(
      watch.look(
        queueOf([
          [1, pending],
          [2, pending],
        ]),
        at(5),
        unknown,
      ),
    ).toBe(true);
  });

  it('awaits the row of a job that came and ended between two looks, once', () => {
    const still = queueOf([[1, running]], [[7, { account: 'bio' }]]);
    watch.look(queueOf([[1, running]]), at(5), () => at(5).seconds);
    expect(watch.look(still, at(10), unknown)).toBe(true);
    expect(watch.unsettled()).toEqual(new Set(['bio']));
    watch.rowsCame([runOf(7)]);
    expect(watch.look(still, at(15), unknown)).toBe(false);
    expect(watch.unsettled()).toEqual(new Set());
  });

  it('does not await a row that came before the job was missed', () => {
    expect(watch.look(queueOf([[2, pending]]), at(5), () => at(3).seconds)).toBe(false);
  });

  it('awaits the row of a job of the same number that ran again', () => {
    expect(watch.look(queueOf([[2, pending]]), at(5), () => at(-500).seconds)).toBe(true);
  });

  it('looks for rows quickly for ten seconds, and waits on until all were read', () => {
    watch.look(queueOf([[2, pending]]), at(5), unknown);
    expect(watch.quickFrom(at(16).monotonic)).toBeUndefined();
    watch.allRowsRead(at(60).monotonic, 0);
    expect(watch.unsettled()).toEqual(new Set(['chem']));
    watch.allRowsRead(at(126).monotonic, 0);
    expect(watch.unsettled()).toEqual(new Set());
  });

  it('waits on after an outage of the accounting, in which rows pile up', () => {
    watch.look(queueOf([[2, pending]]), at(5), unknown);
    watch.allRowsRead(at(600).monotonic, at(600).monotonic);
    watch.allRowsRead(at(660).monotonic, at(600).monotonic);
    expect(watch.unsettled()).toEqual(new Set(['chem']));
    watch.allRowsRead(at(720).monotonic, at(600).monotonic);
    expect(watch.unsettled()).toEqual(new Set());
  });

  it('awaits at its first look the rows of jobs that ended just before, where they are not here', () => {
    const queue = queueOf([], [[7, { account: 'bio' }]]);
    const first = new JobWatch();
    expect(first.look(queue, at(0), unknown)).toBe(true);
    expect(first.unsettled()).toEqual(new Set(['bio']));
    expect(new JobWatch().look(queue, at(0), () => at(-1000).seconds)).toBe(false);
  });

  it('holds nothing against an account where a job left that had not started', () => {
    watch.look(queueOf([[1, running]]), at(5), unknown);
    expect(watch.unsettled()).toEqual(new Set());
  });
});
