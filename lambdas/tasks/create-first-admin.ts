import { passwordSchema, usernameSchema } from '@keystone/shared/contracts/rest/users.ts';
import { guardKeys } from '@keystone/shared/store/table/kinds.ts';
import { runUnitOfWork, type RunOptions } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import * as z from 'zod';

export const firstAdminSchema = z.strictObject({ username: usernameSchema, password: passwordSchema });
export type FirstAdmin = z.infer<typeof firstAdminSchema>;

/**
 * Makes a staff account, so that somebody can sign in to make the others. Where the account is there already it stays
 * as it is, password included.
 *
 * @throws Error where the name belongs to an account that is not staff's
 */
export async function createFirstAdmin(
  options: RunOptions,
  { username, password }: FirstAdmin,
  hashPassword: (password: string) => Promise<string>,
): Promise<{ id: number; created: boolean }> {
  const hash = await hashPassword(password);
  const { result } = await runUnitOfWork(options, async (uow) => {
    const found = await uow.find('user', guardKeys.username(username));
    if (found && !(found.fields.is_staff && found.fields.is_active))
      throw new Error(
        `The account ${username} exists and is not an active staff account; choose another name.`,
      );
    if (found) return { id: found.fields.id, created: false };
    const now = uow.sources.now().toISOString();
    const made = await uow.create('user', {
      username,
      password: hash,
      first_name: null,
      last_name: null,
      email: null,
      department: null,
      role: null,
      is_active: true,
      is_staff: true,
      is_ldap_user: false,
      date_joined: now,
      sessions_from: now,
    });
    return { id: made.fields.id, created: true };
  });
  return result;
}
