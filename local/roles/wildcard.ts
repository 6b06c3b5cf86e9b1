/**
 * Compiles an IAM pattern, in which `*` is any run of characters and `?` exactly one.
 *
 * @param pattern an action or ARN pattern of a policy
 * @param flags `i` for actions, which IAM compares without case
 */
export function wildcard(pattern: string, flags: '' | 'i' = ''): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}
