import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { DEMO_PASSWORD } from '@keystone/local/demo/make-centre.ts';
import { signedInPage, startBrowser } from '../support/browser.ts';
import { root } from '../support/child.ts';
import { StackProcess } from '../support/stack-process.ts';
import { demoUsageIsIn } from './demo-usage.ts';
import { views, type View } from './views.ts';

const usage = `npm run screenshots [-- --docs]: pictures of every page, both themes, wide and narrow, in .keystone/screenshots/
Starts a stack of its own with the demo's centre, and ends it. Wants Chromium as /usr/bin/chromium.
  --docs   renew the pictures in docs/images/ as well`;

const folder = join(root, '.keystone/screenshots');
const inDocs = join(root, 'docs/images');
/** What the README shows, wide and light. */
const shownInDocs = ['home-member', 'request-review'];

const widths = { wide: 1280, narrow: 390 } as const;
const themes = ['light', 'dark'] as const;

async function takeScreenshots(): Promise<void> {
  const stack = await StackProcess.start({ empty: false });
  try {
    await demoUsageIsIn(await stack.admin());
    const browser = await startBrowser();
    try {
      for (const [who, theirs] of Map.groupBy(views, (view) => view.who))
        await photographAll(browser, stack.url, who, theirs);
    } finally {
      await browser.close();
    }
  } finally {
    await stack.close();
  }
}

/** One person's views, in both themes and widths. */
async function photographAll(browser: Browser, url: string, who: string | undefined, theirs: View[]) {
  const session = who === undefined ? {} : { storageState: await sessionOf(browser, url, who) };
  for (const [size, width] of Object.entries(widths))
    for (const colorScheme of themes) {
      const context = await browser.newContext({
        ...session,
        colorScheme,
        baseURL: url,
        viewport: { width, height: 840 },
      });
      for (const view of theirs)
        await photograph(context, view, join(folder, `${view.name}.${size}-${colorScheme}.png`));
      await context.close();
    }
}

async function sessionOf(
  browser: Browser,
  url: string,
  who: string,
): Promise<NonNullable<BrowserContextOptions['storageState']>> {
  const context = (await signedInPage(browser, url, who, DEMO_PASSWORD)).context();
  const state = await context.storageState();
  await context.close();
  return state;
}

async function photograph(context: BrowserContext, view: View, file: string): Promise<void> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  try {
    await page.goto(view.path, { waitUntil: 'networkidle' });
    await view.then?.(page);
    if (!view.loading) await page.getByText('Loading…').first().waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
    // A dialog lies over the window, not over the whole page.
    const fullPage = !(await page.getByRole('dialog').isVisible());
    await page.screenshot({ path: file, fullPage, animations: 'disabled' });
  } catch (cause) {
    throw new Error(`no picture of ${view.name}: ${String(cause)}`, { cause });
  } finally {
    await page.close();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { docs: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(usage);
  rmSync(folder, { recursive: true, force: true });
  await takeScreenshots();
  if (values.docs) {
    mkdirSync(inDocs, { recursive: true });
    for (const name of shownInDocs)
      copyFileSync(join(folder, `${name}.wide-light.png`), join(inDocs, `${name}.png`));
  }
  console.log(`${views.length * 4} pictures in ${relative(process.cwd(), folder)}/`);
}

try {
  await main();
} catch (error) {
  console.error(`screenshots: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
