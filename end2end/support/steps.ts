/** What people do on the pages, in words. Works with scripts and without. */

import { expect, type Page, type Response } from '@playwright/test';
import { CARD, type Card } from './cards';
import { field, input } from './fields';
import { person, type Person } from './own';

/** From the session's page to *Payment information*. Answers the order's part of the address. */
export async function register(page: Page, slug: string, who: Person = person()): Promise<string> {
  await page.goto(`/s/${slug}`);
  await page.getByRole('main').getByRole('link', { name: 'Register', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Register');
  await page.getByLabel('Your name').fill(who.name);
  await page.getByLabel('Your e-mail').fill(who.email);
  await page.getByRole('button', { name: /^Continue/ }).click();
  await page.waitForURL(/\/checkout\//);
  return orderOf(page);
}

/** The order's part of a checkout's or order's address. */
export function orderOf(page: Page): string {
  return /\/(?:checkout|order)\/([^/?#]+)/.exec(page.url())?.[1] ?? '';
}

/** Opens "Have a code?" unless it is open, types the code and sends it with Enter. */
export async function applyCode(page: Page, code: string): Promise<void> {
  const box = input(page, 'promo_code');
  if (!(await box.isVisible())) await page.getByText('Have a code?').click();
  await box.fill(code);
  await box.press('Enter');
}

/** Takes the applied code off again. */
export async function removeCode(page: Page, code: string): Promise<void> {
  await page.getByRole('button', { name: `Remove the code ${code}` }).click();
}

/** A new price has to be in sight for a second before the button takes it for read: what a person does, and tests are too quick for. */
export async function readPrice(page: Page): Promise<void> {
  await page.waitForTimeout(1_100);
}

export async function fillCard(page: Page, card: Partial<Card> = {}): Promise<void> {
  const method = page.locator('input[type="radio"][name="method"][value="card"]');
  if (await method.count()) await method.check();
  for (const [name, value] of Object.entries({ ...CARD, ...card })) {
    const control = input(page, name);
    if (name === 'billing_country') await control.selectOption(value);
    else await control.fill(value);
  }
}

export async function acceptTerms(page: Page): Promise<void> {
  await input(page, 'accept_terms').check();
}

/** The one button that moves money, or that completes what costs nothing. */
export function payButton(page: Page) {
  return page.getByRole('button', { name: /^(Pay [A-Z]|Complete registration|Plătiți |Plătește |Finalizați )/ });
}

/** Presses the pay button; answers the answer to the post. */
export async function pressPay(page: Page): Promise<Response> {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST' && /\/pay(\?|$)/.test(r.url()), { timeout: 20_000 }),
    payButton(page).click(),
  ]);
  return answer;
}

/** Card, terms, button. */
export async function payByCard(page: Page, card: Partial<Card> = {}): Promise<Response> {
  await fillCard(page, card);
  await acceptTerms(page);
  return pressPay(page);
}

/** Waits for the confirmation. The page looks by itself with scripts; without, it is looked at again. */
export async function expectPaid(page: Page, scripts: boolean): Promise<void> {
  await page.waitForURL(/\/order\//);
  const main = page.locator('main');
  await expect(async () => {
    if (!scripts && (await main.getAttribute('data-state')) !== 'paid') await page.reload();
    await expect(main).toHaveAttribute('data-state', 'paid', { timeout: scripts ? 8_000 : 500 });
  }).toPass({ timeout: 12_000 });
  await expect(field(page, 'registration_id')).not.toHaveText('');
}
