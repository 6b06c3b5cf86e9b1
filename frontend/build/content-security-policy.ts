import { createHash } from 'node:crypto';

/** A page that could not keep the policy: what is in it, and where. */
export class PolicyViolation extends Error {
  override readonly name = 'PolicyViolation';
}

const script = /<script\b([^>]*)>([\s\S]*?)<\/script>/gi;
const style = /<style>([\s\S]*?)<\/style>/gi;
const head = /<head\b[^>]*>/i;
const charset = /<meta charset=[^>]*>/i;

const sourceOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Data in a script element never runs, and needs no leave to. */
const isData = (attributes: string) => /\btype="application\/(ld\+)?json"/i.test(attributes);

/** What stands in a page outside of its scripts, and of styles that the build put there. */
const markupOf = (html: string) => html.replace(script, '').replace(style, '');

function refuseInline(html: string): void {
  const found = /<style\b|<[a-z][^>]*\s(?:style|on[a-z]+)=/i.exec(markupOf(html));
  if (found)
    throw new PolicyViolation(
      `A page holds "${found[0].slice(0, 80)}", which its policy forbids: style by class, or by script once it runs.`,
    );
}

/** What may stand in the page itself: each once, by its hash. */
const selfAnd = (texts: readonly string[]) => ["'self'", ...new Set(texts.map(sourceOf))].join(' ');

/**
 * The policy of a page: everything from the site's own origin, inline scripts and styles by their hashes alone.
 * `frame-ancestors` works only in a header, which the distribution sets.
 */
export function policyOf(html: string): string {
  const scripts = [...html.matchAll(script)]
    .filter(([, attributes = '']) => !/\bsrc=/i.test(attributes) && !isData(attributes))
    .map(([, , text = '']) => text);
  const styles = [...html.replace(script, '').matchAll(style)].map(([, text = '']) => text);
  return [
    "default-src 'none'",
    `script-src ${selfAnd(scripts)}`,
    `style-src ${selfAnd(styles)}`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

/**
 * The page with its policy in it, before anything that the policy speaks of.
 *
 * @throws PolicyViolation where the page holds inline styles or handlers
 */
export function withPolicy(html: string): string {
  refuseInline(html);
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policyOf(html)}"/>`;
  const after = charset.test(html) ? charset : head;
  if (!after.test(html)) throw new PolicyViolation('A page without a head has no place for its policy.');
  return html.replace(after, (found) => found + meta);
}
