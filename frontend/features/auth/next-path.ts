const HOME = '/';

/**
 * Where to go after signing in. Only a path of this site is believed: an address made elsewhere could send a person
 * who has just typed a password to a page that looks like ours.
 */
export function nextPath(value: unknown): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])/.test(value)) return HOME;
  const here = 'https://here.invalid';
  const url = URL.canParse(value, here) ? new URL(value, here) : undefined;
  if (!url || url.origin !== here || url.pathname.startsWith('//')) return HOME;
  return url.pathname.startsWith('/sign-in') ? HOME : `${url.pathname}${url.search}${url.hash}`;
}

/** The sign-in page that leads back to a path. */
export const signInPath = (from: string): string =>
  from === HOME ? '/sign-in/' : `/sign-in/?next=${encodeURIComponent(from)}`;
