import type { Browser, BrowserContextOptions } from 'playwright-core';
import * as z from 'zod';

const paintSchema = z.object({
  firstPaintMs: z.number(),
  largestPaintMs: z.number(),
  contentMs: z.number(),
  shift: z.number(),
  longestTaskMs: z.number(),
});
/** What a reader of a page notices of its loading. */
export type PageLoad = z.infer<typeof paintSchema>;

/** The line of Chromium's own setting Fast 4G: 9 Mbit/s down and 1.5 up, a tenth of each lost, 60 ms that feel like 165. */
const FAST_4G = {
  offline: false,
  downloadThroughput: (9_000_000 / 8) * 0.9,
  uploadThroughput: (1_500_000 / 8) * 0.9,
  latency: 60 * 2.75,
};
const SLOW_DOWN = 4;
const LOAD_MS = 60_000;

/**
 * Runs in the page before its own scripts. Only shifts that no input caused count. Content is there when the last part that
 * says it is loading has left: the largest paint alone may be that of a heading which stands in the file.
 */
const observe = `
  const seen = { firstPaintMs: 0, largestPaintMs: 0, contentMs: 0, shift: 0, longestTaskMs: 0 };
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch('paint', (entry) => { if (entry.name === 'first-contentful-paint') seen.firstPaintMs = entry.startTime; });
  watch('largest-contentful-paint', (entry) => { seen.largestPaintMs = entry.startTime; });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
  watch('longtask', (entry) => { seen.longestTaskMs = Math.max(seen.longestTaskMs, entry.duration); });
  let loading = false;
  new MutationObserver(() => {
    const now = [...document.querySelectorAll('[role=status] > .sr-only')].length > 0;
    if (loading && !now) seen.contentMs = performance.now();
    loading = now;
  }).observe(document, { childList: true, subtree: true });
  window.keystoneLoad = seen;
`;

/**
 * Loads a page with nothing in its cache, as a slow machine on a fast 4G line would.
 *
 * @param context cookies of who is signed in, or nothing
 * @throws Error where the page does not come, or paints nothing
 */
export async function loadPage(
  browser: Browser,
  address: string,
  context: BrowserContextOptions = {},
): Promise<PageLoad> {
  const own = await browser.newContext({ ...context, ignoreHTTPSErrors: true });
  try {
    const page = await own.newPage();
    const devtools = await own.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', FAST_4G);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
    await page.addInitScript({ content: observe });
    await page.goto(address, { waitUntil: 'networkidle', timeout: LOAD_MS });
    const load = paintSchema.parse(await page.evaluate('window.keystoneLoad'));
    if (load.firstPaintMs === 0 || load.largestPaintMs === 0) throw new Error(`${address} painted nothing`);
    // A page that loads nothing is there with its first paint.
    return { ...load, contentMs: load.contentMs || load.firstPaintMs };
  } finally {
    await own.close();
  }
}
