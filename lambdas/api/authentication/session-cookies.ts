import { createHmac, timingSafeEqual } from 'node:crypto';
import { SESSION_AGE_MS } from '@keystone/shared/store/sign-in/sessions.ts';
import type { Call } from '../http/call.ts';

/**
 * Over https the name promises that no other host of the domain set it; over http, which is this machine only, no
 * browser or cookie jar would send a Secure cookie.
 */
const sessionCookie = (origin: string) =>
  origin.startsWith('https://') ? '__Host-keystone' : 'keystone-session';
const CSRF_COOKIE = 'csrftoken';

/** The session token that a call carries, or undefined. */
export function sessionTokenOf(call: Call): string | undefined {
  const token = call.cookies.get(sessionCookie(call.origin));
  return token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : undefined;
}

/** A session's CSRF token: bound to it, and no way back to it. */
export const csrfTokenOf = (sessionToken: string) =>
  createHmac('sha256', sessionToken).update('csrf').digest('base64url');

export function isCsrfTokenOf(sessionToken: string, given: string | undefined): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const actual = Buffer.from(given ?? '');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** Cookies that begin a session: the token, which no script reads, and the CSRF token, which the page sends back. */
export function sessionCookies(call: Call, sessionToken: string): string[] {
  const age = SESSION_AGE_MS / 1000;
  return [
    cookie(call, sessionCookie(call.origin), sessionToken, age, true),
    cookie(call, CSRF_COOKIE, csrfTokenOf(sessionToken), age, false),
  ];
}

export function endedCookies(call: Call): string[] {
  return [cookie(call, sessionCookie(call.origin), '', 0, true), cookie(call, CSRF_COOKIE, '', 0, false)];
}

function cookie(call: Call, name: string, value: string, maxAge: number, httpOnly: boolean): string {
  const secure = call.origin.startsWith('https://') ? '; Secure' : '';
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; SameSite=Lax${httpOnly ? '; HttpOnly' : ''}${secure}`;
}
