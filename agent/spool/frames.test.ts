import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeFrames, encodeFrame } from './frames.ts';

const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 6 });
const bytesOf = (list: Uint8Array[]): Uint8Array => Buffer.concat(list.map(encodeFrame));
const contents = (bytes: Uint8Array): string[] =>
  decodeFrames(bytes).frames.map(({ payload }) => Buffer.from(payload).toString('hex'));
const hex = (list: Uint8Array[]): string[] => list.map((payload) => Buffer.from(payload).toString('hex'));

describe('frames', () => {
  it('come back as they were written', () => {
    fc.assert(fc.property(payloads, (list) => expect(contents(bytesOf(list))).toEqual(hex(list))));
  });

  it('that were cut off anywhere leave the whole ones before the cut', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (list, at) => {
        const bytes = bytesOf(list);
        const cut = at % (bytes.length + 1);
        const whole = list.filter((_, index) => bytesOf(list.slice(0, index + 1)).length <= cut);
        expect(contents(bytes.subarray(0, cut))).toEqual(hex(whole));
        expect(decodeFrames(bytes.subarray(0, cut)).end).toBe(bytesOf(whole).length);
      }),
    );
  });

  it('never give a payload that was not written, whatever byte is damaged', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, at, flip) => {
        const bytes = Buffer.from(bytesOf(list));
        if (bytes.length === 0) return;
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        const found = contents(bytes);
        expect(found).toEqual(hex(list).slice(0, found.length));
        expect(found.length).toBeLessThan(list.length);
      }),
    );
  });

  it('are not seen in a tail of zeros', () => {
    expect(contents(Buffer.concat([encodeFrame(Buffer.from('a')), Buffer.alloc(64)]))).toEqual(['61']);
  });
});
