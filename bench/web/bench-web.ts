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
import { fillSite, type SiteData } from './site-data.ts';

/** The page with the most fields, for which the budget allows more. */
const HEAVIEST_FORM = '/requests/new/';
/** What these show depends on the reader's teams, of which the staff that sees the others has none. */
const pagesOfMembers: ReadonlySet<string> = new Set(['/', '/usage/']);

/** Loads every page of the site in turn, an empty static page as the floor. */
export async function benchWeb(run: BenchRun): Promise<Figure[]> {
  const pages = readPages(await buildSite({ cache: join(root, '.keystone'), log: () => undefined }));
  const stack = await startBenchStack(run, { site: true });
  const data = await fillSite(run, stack);
  const browser = await startBrowser();
  run.undo(() => browser.close());
  const staff = await sessionOf(browser, stack.url, 'admin');
  const member = await sessionOf(browser, stack.url, data.member);
  const site = await startHttp2Front(run, stack.url);
  const empty = await startHttp2Front(run, await startEmptySite(run));
  const floor = await medianLoad(browser, empty, {}, run.size);
  run.print({ of: 'an empty static page', ...floor });
  const figures: Figure[] = [];
  for (const page of pages) {
    const address = `${site}${addressOf(page, data)}`;
    const reader = page.name === '/sign-in/' ? {} : pagesOfMembers.has(page.name) ? member : staff;
    const load = await medianLoad(browser, address, reader, run.size);
    run.print({ of: page.name, ...load, scriptBytes: page.scriptBytes, styleBytes: page.styleBytes });
    figures.push(...figuresOf(page, load, floor));
  }
  return figures;
}

/** What a page is opened at. */
const addressOf = ({ name }: SitePage, { request, usage: { cluster, account } }: SiteData) =>
  name === '/usage/'
    ? `${name}?cluster=${cluster}&account=${account}`
    : name.replace('[id]', String(request));

async function sessionOf(browser: Browser, url: string, username: string): Promise<BrowserContextOptions> {
  const context = (await signedInPage(browser, url, username, ADMIN_PASSWORD)).context();
  return { storageState: await context.storageState() };
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
    { key: 'web.content', of, value: load.contentMs },
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
    contentMs: of('contentMs'),
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
