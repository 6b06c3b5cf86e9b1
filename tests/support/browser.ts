import { chromium, type Browser, type Page } from 'playwright-core';

/** Without these Chromium looks for its maker's hosts, which tests must not. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: quiet });
}

/** A page in a context of its own, signed in as a person would. Errors that the page throws fail the test that asks for them. */
export async function signedInPage(
  browser: Browser,
  url: string,
  username: string,
  password: string,
): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${url}/sign-in/`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  return page;
}
