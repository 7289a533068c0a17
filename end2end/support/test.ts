/** Playwright's `test` with what every test here needs: a watch on the browser's console, people, and own data. */

import { test as base, expect, type APIRequestContext, type Page } from '@playwright/test';
import { Admin } from './admin';
import { Buyer } from './buyer';
import { Host } from './host';
import { stateOf, type Role } from './people';

interface Fixtures {
  /** Fails the test when the browser's console complained: errors, warnings (hydration's among them), broken policies. */
  complaints: string[];
  /** Whether this project runs scripts. */
  scripts: boolean;
  /** Participants that need no browser, each with their own cookies. */
  newBuyer: () => Promise<Buyer>;
  /** The demo's host without a browser: makes sessions of a test's own. */
  host: Host;
  /** The demo's administrator without a browser: makes promo codes of a test's own. */
  admin: Admin;
  /** A page signed in as somebody. */
  pageOf: (role: Role) => Promise<Page>;
}

export const test = base.extend<Fixtures>({
  complaints: [
    async ({}, use) => {
      const found: string[] = [];
      await use(found);
      expect(found, 'the browser’s console').toEqual([]);
    },
    { auto: true },
  ],

  // Only who asks for a page starts a browser.
  page: async ({ page, complaints, scripts }, use) => {
    watch(page, complaints, scripts);
    await use(page);
  },

  scripts: async ({}, use, info) => {
    await use(info.project.use.javaScriptEnabled !== false);
  },

  newBuyer: async ({ playwright, baseURL }, use) => {
    const contexts: APIRequestContext[] = [];
    await use(async () => {
      const context = await playwright.request.newContext({ baseURL });
      contexts.push(context);
      return new Buyer(context);
    });
    await Promise.all(contexts.map((context) => context.dispose()));
  },

  host: async ({ playwright, baseURL }, use) => {
    const context = await playwright.request.newContext({ baseURL, storageState: stateOf('host') });
    await use(new Host(context));
    await context.dispose();
  },

  admin: async ({ playwright, baseURL }, use) => {
    const context = await playwright.request.newContext({ baseURL, storageState: stateOf('admin') });
    await use(new Admin(context));
    await context.dispose();
  },

  pageOf: async ({ browser, complaints, scripts, contextOptions, javaScriptEnabled, baseURL, locale, timezoneId, viewport }, use) => {
    const pages: Page[] = [];
    await use(async (role) => {
      const context = await browser.newContext({
        ...contextOptions, javaScriptEnabled, baseURL, locale, timezoneId, viewport, storageState: stateOf(role),
      });
      const page = await context.newPage();
      watch(page, complaints, scripts);
      pages.push(page);
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
  },
});

export { expect };

/**
 * Notes what the console says, but for the browser's own remarks: that a page or server function answered 4xx, which tests ask
 * for; and, where scripts are off, that they were not used.
 */
export function watch(page: Page, found: string[], scripts: boolean): void {
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const path = new URL(message.location().url || 'http://x/').pathname;
    const isRefusal = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (isRefusal && !/\.[a-z0-9]+$/i.test(path)) return;
    if (!scripts && message.text().includes('preloaded using link preload but not used')) return;
    const [words, , detail = ''] = message.text().split('\n');
    found.push(`${message.type()}: ${words} ${detail} (${path})`);
  });
  page.on('pageerror', (error) => found.push(`exception: ${error.message}`));
}

/** Waits until the page reacts to more than links and forms; without scripts it never has to. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}
