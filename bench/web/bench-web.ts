import { createServer } from 'node:http';
import { join } from 'node:path';
import { closeServer, listenOnLoopback } from '@keystone/local/services/loopback-server.ts';
import { buildSite } from '@keystone/local/stack/builds.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import { signedInPage, startBrowser } from '@keystone/tests/support/browser.ts';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { median } from '../measure/statistics.ts';
import { ADMIN_PASSWORD, startBenchStack } from '../stack/bench-stack.ts';
import { startHttp2Front } from './http2-front.ts';
import { readPages, type SitePage } from './page-files.ts';
import { loadPage, type PageLoad } from './page-load.ts';
import { fillSite } from './site-data.ts';

/** The page with the most fields, for which the budget allows more. */
const HEAVIEST_FORM = '/requests/new/';

/** Loads every page of the site in turn, an empty static page as the floor. */
export async function benchWeb(run: BenchRun): Promise<Figure[]> {
  const pages = readPages(await buildSite({ cache: join(root, '.keystone'), log: () => undefined }));
  const stack = await startBenchStack(run, { site: true });
  const request = await fillSite(stack);
  const browser = await startBrowser();
  run.undo(() => browser.close());
  const signedIn = await (
    await signedInPage(browser, stack.url, 'admin', ADMIN_PASSWORD)
  )
    .context()
    .storageState();
  const site = await startHttp2Front(run, stack.url);
  const empty = await startHttp2Front(run, await startEmptySite(run));
  const floor = await medianLoad(browser, empty, {}, run.size);
  run.print({ of: 'an empty static page', ...floor });
  const figures: Figure[] = [];
  for (const page of pages) {
    const address = `${site}${page.name.replace('[id]', String(request))}`;
    const context = page.name === '/sign-in/' ? {} : { storageState: signedIn };
    const load = await medianLoad(browser, address, context, run.size);
    run.print({ of: page.name, ...load, scriptBytes: page.scriptBytes, styleBytes: page.styleBytes });
    figures.push(...figuresOf(page, load, floor));
  }
  return figures;
}

function figuresOf(
  { name: of, scriptBytes, styleBytes }: SitePage,
  load: PageLoad,
  floor: PageLoad,
): Figure[] {
  const scripts = of === HEAVIEST_FORM ? 'web.scripts-of-form' : 'web.scripts';
  return [
    { key: scripts, of, value: scriptBytes / 1000 },
    { key: 'web.styles', of, value: styleBytes / 1000 },
    { key: 'web.fcp', of, value: load.firstPaintMs, floor: floor.firstPaintMs },
    { key: 'web.lcp', of, value: load.largestPaintMs, floor: floor.largestPaintMs },
    { key: 'web.cls', of, value: load.shift },
    { key: 'web.longest-task', of, value: load.longestTaskMs },
  ];
}

async function medianLoad(
  browser: Browser,
  address: string,
  context: BrowserContextOptions,
  times: number,
): Promise<PageLoad> {
  const loads: PageLoad[] = [];
  for (let index = 0; index < times; index++) loads.push(await loadPage(browser, address, context));
  const of = (part: keyof PageLoad) => median(loads.map((load) => load[part]));
  return {
    firstPaintMs: of('firstPaintMs'),
    largestPaintMs: of('largestPaintMs'),
    shift: of('shift'),
    longestTaskMs: of('longestTaskMs'),
  };
}

async function startEmptySite(run: BenchRun): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!DOCTYPE html><html lang="en"><title>Empty</title><p>An empty page.</p></html>');
  });
  run.undo(() => closeServer(server));
  return listenOnLoopback(server, 0);
}
