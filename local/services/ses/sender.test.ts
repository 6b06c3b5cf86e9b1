import { expect, it } from '@jest/globals';
import { addressIn, senderOf } from './sender.ts';

it('finds the sender in the headers, folded ones too', () => {
  expect(
    senderOf('To: a@b.test\r\nFrom: "Key, Stone"\r\n <No-Reply@Keystone.test>\r\n\r\nFrom: x@y.test'),
  ).toBe('no-reply@keystone.test');
});

it('finds none in the body, or where there is none', () => {
  expect(senderOf('To: a@b.test\n\nFrom: x@y.test')).toBeUndefined();
  expect(addressIn('nobody')).toBeUndefined();
  expect(addressIn(' a@b.test ')).toBe('a@b.test');
});
