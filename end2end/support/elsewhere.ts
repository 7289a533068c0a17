/** Payments that go on at a page of the processor's: there, and back again. Works with scripts and without. */

import { expect, type Page } from '@playwright/test';
import { acceptTerms } from './steps';

/** Chooses a method where there is a choice, agrees, and goes on to the processor's page, which says that it is a simulator. */
export async function goToProcessor(page: Page, method: string, at: RegExp): Promise<void> {
  const radio = page.locator(`input[type="radio"][name="method"][value="${method}"]`);
  if (await radio.count()) await radio.check();
  await acceptTerms(page);
  await page.getByRole('button', { name: /^(Continue to |Pay )/ }).click();
  await page.waitForURL(at);
  await expect(page.getByText('Payment simulator').first()).toBeVisible();
}

/** Waits for the address of a shop, to which the processor's page leads back. */
export async function backAt(page: Page, shop: string, path: RegExp): Promise<void> {
  await page.waitForURL((url) => url.origin === shop && path.test(url.pathname));
}
