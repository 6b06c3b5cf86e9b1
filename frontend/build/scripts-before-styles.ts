/** The exporter's stylesheet links, and the mark behind which it puts later ones. */
const styles = /(?:<link\b[^>]*\brel="stylesheet"[^>]*>)+(?:<noscript data-n-css[^>]*><\/noscript>)?/gi;
const endOfHead = '</head>';

/**
 * The page with its stylesheets behind its scripts. An inline script waits for every stylesheet before it, and Chromium
 * looks for nothing beyond it until then: scripts would begin to load when the styles have come, one trip later. The
 * styles still load first, by their preload, and still hold back the first paint.
 */
export function withScriptsBeforeStyles(html: string): string {
  const end = html.indexOf(endOfHead);
  if (end < 0) return html;
  const head = html.slice(0, end);
  const found = head.match(styles) ?? [];
  return head.replace(styles, '') + found.join('') + html.slice(end);
}
