import { beforeEach, describe, expect, it } from '@jest/globals';
import { SpanLength } from './span-length.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

describe('the length of spans that are asked for', () => {
  let spans: SpanLength;
  beforeEach(() => {
    spans = new SpanLength();
  });

  it('is a day, and as much as holds 50,000 rows after a span that held more', () => {
    expect(spans.seconds).toBe(DAY);
    expect(spans.wasRead(DAY, 75_000)).toBe(16 * HOUR);
    expect(spans.seconds).toBe(DAY);
  });

  it('halves each time a span takes too long, down to five minutes', () => {
    expect(spans.tookTooLong(DAY)).toBe(DAY / 2);
    expect(spans.tookTooLong(500)).toBe(300);
    expect(spans.seconds).toBe(300);
    expect(spans.tookTooLong(300)).toBeUndefined();
  });

  it('grows to a day again with what is read', () => {
    spans.tookTooLong(600);
    expect(spans.wasRead(300, 10)).toBe(330);
    for (let read = 0; read < 60; read += 1) spans.wasRead(spans.seconds, 10);
    expect(spans.seconds).toBe(DAY);
  });

  it('doubles after an empty span, this time', () => {
    spans.tookTooLong(2 * HOUR);
    expect([spans.wasRead(HOUR, 0), spans.wasRead(2 * HOUR, 0), spans.wasRead(DAY, 0)]).toEqual([
      2 * HOUR,
      4 * HOUR,
      DAY,
    ]);
    expect(spans.seconds).toBeLessThan(2 * HOUR);
  });

  it('learns nothing of what is to come, nor of less than was asked for', () => {
    spans.tookTooLong(2 * HOUR);
    spans.wasRead(DAY, 5, 600);
    spans.wasRead(600, 5);
    expect(spans.seconds).toBe(HOUR);
  });

  it('does not shrink to more than it was where an empty stretch ends', () => {
    spans.tookTooLong(2 * HOUR);
    expect(spans.tookTooLong(8 * HOUR)).toBe(4 * HOUR);
    expect(spans.seconds).toBe(HOUR);
  });
});
