import { strings } from '../../lib/strings.ts';

const words = strings.account.password;

/** As the API has it. */
const SHORTEST = 12;
export const LONGEST_PASSWORD = 128;

/** What is wrong with a new password that was typed twice; by field. */
export interface PasswordFaults {
  password?: string;
  again?: string;
}

export function faultsOf(password: string, again: string): PasswordFaults {
  if (password.length < SHORTEST) return { password: words.short };
  return password === again ? {} : { again: words.different };
}
