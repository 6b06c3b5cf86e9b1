import { describe, expect, it } from '@jest/globals';
import { draftOf, requestFormSchema, type RequestForm } from './request-form-schema.ts';

const form: RequestForm = { team: '10', title: ' Basis sets ', description: 'We compute.', amounts: {} };

describe('the request form', () => {
  it('takes empty amounts, and whole ones with separators', () => {
    const parsed = requestFormSchema.parse({ ...form, amounts: { c30: '', c31: ' 1,000 ' } });
    expect(parsed.title).toBe('Basis sets');
  });

  it.each(['-1', '1.5', 'many', '100,000,000,001'])('refuses %p as an amount', (amount) => {
    expect(requestFormSchema.safeParse({ ...form, amounts: { c30: amount } }).success).toBe(false);
  });

  it('asks only for what is open to the team and more than nothing', () => {
    const draft = draftOf({ ...form, amounts: { c30: '1,000', c31: '0', c99: '5' } }, [
      { id: 30 },
      { id: 31 },
    ]);
    expect(draft).toMatchObject({ team: 10, amounts: [{ cluster: 30, requested: 1000 }] });
  });
});
