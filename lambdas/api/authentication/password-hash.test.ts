import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashPassword, verifyPassword } from './password-hash.ts';

describe('password hash', () => {
  it('takes the password that it was made from and no other', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await expect(verifyPassword('correct horse battery', hash)).resolves.toBe(true);
    await expect(verifyPassword('correct horse batterz', hash)).resolves.toBe(false);
  });

  it('gives equal passwords different hashes', async () => {
    expect(await hashPassword('the same password')).not.toBe(await hashPassword('the same password'));
  });

  it('refuses every password where there is no hash, or a foreign one', async () => {
    await expect(verifyPassword('', undefined)).resolves.toBe(false);
    await expect(verifyPassword('anything', '')).resolves.toBe(false);
    await expect(verifyPassword('anything', '$2b$12$abcdefghijklmnopqrstuv')).resolves.toBe(false);
  });

  it('reads the cost from the hash, so that it can be raised later', async () => {
    const salt = Buffer.alloc(16, 7);
    const tag = argon2Sync('argon2id', {
      message: 'an older password',
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 8192,
      passes: 1,
    });
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const hash = `$argon2id$v=19$m=8192,t=1,p=1$${unpadded(salt)}$${unpadded(tag)}`;
    await expect(verifyPassword('an older password', hash)).resolves.toBe(true);
  });
});
