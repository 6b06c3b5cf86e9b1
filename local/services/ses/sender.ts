/**
 * The address that a raw mail is from, in lower case: of its `From` header.
 *
 * @param mail the mail as it would go over SMTP
 */
export function senderOf(mail: string): string | undefined {
  const [headers = ''] = mail.split(/\r?\n\r?\n/, 1);
  const unfolded = headers.replace(/\r?\n[ \t]+/g, ' ');
  const from = /^from:\s*(.+)$/im.exec(unfolded)?.[1];
  return from === undefined ? undefined : addressIn(from);
}

/** The bare address in `Name <name@example.org>`, or in an address that stands alone. */
export function addressIn(text: string): string | undefined {
  const bare = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
  const trimmed = bare.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed : undefined;
}
