/** Pages that stand by themselves and ask for no session. */
export const openPages: ReadonlySet<string> = new Set(['/sign-in', '/gallery', '/404', '/_error']);
