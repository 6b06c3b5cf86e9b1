import type { Page } from 'playwright-core';

export interface View {
  name: string;
  /** Who looks; nobody is signed in without it. */
  who?: string;
  path: string;
  /** True for a page that shows a loading part for ever. */
  loading?: boolean;
  /** What a person does on the page before the picture. */
  then?: (page: Page) => Promise<void>;
}

const click = (name: string) => (page: Page) => page.getByRole('button', { name }).first().click();

const openDialog = (name: string) => async (page: Page) => {
  await click(name)(page);
  await page.getByRole('dialog').waitFor();
};

/** Finds a request by its title, follows its link, and waits for its page. */
const openRequest = (title: string) => async (page: Page) => {
  await page.getByLabel('Search requests').fill(title);
  await page.getByLabel('Search requests').press('Enter');
  await page.getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
};

/** Follows a balance from the home page, and waits until its course is drawn. */
const openBalance = (name: string) => async (page: Page) => {
  await page.getByRole('link', { name, exact: true }).click();
  await page
    .getByRole('img', { name: `Burn-down of ${name}` })
    .locator('canvas')
    .waitFor();
};

/** Lets the API fail at a path, and looks again. */
const withBroken = (path: string) => async (page: Page) => {
  const body = JSON.stringify({
    title: 'Service Unavailable',
    status: 503,
    detail: 'The store does not answer. Try again in a moment.',
    cid: '0198c0de-0000-4000-8000-000000000000',
  });
  const contentType = 'application/problem+json';
  await page.route(`**/api${path}**`, (route) => route.fulfill({ status: 503, contentType, body }));
  await page.reload();
  await page.getByRole('alert').first().waitFor();
};

/** Every page of the site, for the people of the demo who see it differently. */
export const views: readonly View[] = [
  { name: 'sign-in', path: '/sign-in/' },
  { name: 'home-member', who: 'ada', path: '/' },
  { name: 'home-staff', who: 'mary', path: '/' },
  { name: 'home-waiting', who: 'edward', path: '/' },
  { name: 'account-menu', who: 'mary', path: '/', then: click('Account of') },
  { name: 'home-broken', who: 'ada', path: '/', then: withBroken('/usage/balances/') },
  {
    name: 'account-password',
    who: 'ada',
    path: '/',
    then: async (page) => {
      await click('Account of')(page);
      await page.getByRole('menuitem', { name: 'Change password' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'usage-member', who: 'ada', path: '/', then: openBalance('quantum-chemistry on aurora') },
  { name: 'usage-gpu', who: 'ada', path: '/', then: openBalance('quantum-chemistry on nova') },
  { name: 'usage-missing', who: 'edward', path: '/usage/?cluster=1&account=quantum-chemistry' },
  { name: 'requests-member', who: 'edward', path: '/requests/' },
  { name: 'requests-staff', who: 'mary', path: '/requests/' },
  { name: 'requests-second-page', who: 'mary', path: '/requests/?page=2' },
  { name: 'requests-filtered', who: 'mary', path: '/requests/?status=AP&search=turbulence' },
  { name: 'requests-none', who: 'ada', path: '/requests/?status=DC' },
  {
    name: 'request-review',
    who: 'mary',
    path: '/requests/',
    then: async (page) => {
      await openRequest('Excited states of porphyrins')(page);
      const previewed = page.waitForResponse((answer) =>
        Boolean(answer.url().endsWith('/decision/') && answer.request().postData()?.includes('10000')),
      );
      await page.getByLabel('Award on nova').fill('10000');
      await previewed;
    },
  },
  {
    name: 'request-approved-staff',
    who: 'mary',
    path: '/requests/',
    then: openRequest('Catalyst screening'),
  },
  {
    name: 'request-withdraw',
    who: 'mary',
    path: '/requests/',
    then: async (page) => {
      await openRequest('Catalyst screening')(page);
      await openDialog('Withdraw')(page);
    },
  },
  {
    name: 'request-approved-member',
    who: 'grace',
    path: '/requests/',
    then: openRequest('Catalyst screening'),
  },
  { name: 'request-changes', who: 'edward', path: '/requests/', then: openRequest('Regional ensemble 2027') },
  { name: 'request-declined', who: 'mary', path: '/requests/', then: openRequest('Reanalysis of the 1990s') },
  { name: 'request-missing', who: 'ada', path: '/requests/999999/' },
  { name: 'request-new', who: 'ada', path: '/requests/new/' },
  { name: 'request-new-refused', who: 'ada', path: '/requests/new/', then: click('Send request') },
  { name: 'request-new-no-team', who: 'grace', path: '/requests/new/' },
  { name: 'teams-owner', who: 'ada', path: '/teams/' },
  { name: 'teams-member', who: 'grace', path: '/teams/' },
  { name: 'teams-remove', who: 'ada', path: '/teams/', then: openDialog('Remove Grace Hopper') },
  { name: 'teams-staff', who: 'mary', path: '/teams/' },
  { name: 'teams-found', who: 'mary', path: '/teams/?search=plasma' },
  { name: 'clusters', who: 'mary', path: '/clusters/' },
  { name: 'cluster-new', who: 'mary', path: '/clusters/', then: openDialog('Add a cluster') },
  {
    name: 'cluster-enrol',
    who: 'mary',
    path: '/clusters/',
    then: async (page) => {
      await page.getByRole('button', { name: 'Enrol an agent' }).last().click();
      await page.getByRole('textbox', { name: 'Command' }).waitFor();
    },
  },
  { name: 'clusters-member', who: 'ada', path: '/clusters/' },
  { name: 'people', who: 'mary', path: '/people/' },
  { name: 'people-none', who: 'mary', path: '/people/?search=nobody-like-that' },
  { name: 'person-new', who: 'mary', path: '/people/', then: openDialog('Add a person') },
  { name: 'gallery', path: '/gallery/', loading: true },
  { name: 'not-found', path: '/no-such-page/' },
];
