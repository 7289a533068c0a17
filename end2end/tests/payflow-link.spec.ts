import type { Page } from '@playwright/test';
import { DECLINED, GOOD } from '../support/cards';
import { backAt } from '../support/elsewhere';
import { expectState, field } from '../support/fields';
import { CASCADE } from '../support/shops';
import { acceptTerms, expectPaid, register } from '../support/steps';
import { expect, test } from '../support/test';

/** Payflow Pro with a secure token, at a merchant's in the US: the browser sends the card straight to the gateway. */
test.use({ baseURL: CASCADE.url });

async function goToCard(page: Page): Promise<void> {
  await page.locator('input[type="radio"][name="method"][value="card"]').check();
  await acceptTerms(page);
  await page.getByRole('button', { name: /^Continue to pay/ }).click();
  await page.waitForURL(/\/checkout\/[^/]+\/card\//);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Card details');
}

async function pay(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiry').fill('1234');
  await page.getByLabel('Security code').fill('123');
  await page.getByRole('button', { name: /^Pay / }).click();
}

test('a card goes straight to the gateway, and never to us', async ({ page, scripts }) => {
  const posts: string[] = [];
  page.on('request', (request) => {
    if ((request.postData() ?? '').includes(GOOD)) posts.push(new URL(request.url()).pathname);
  });
  await register(page, CASCADE.session);
  await goToCard(page);
  await pay(page, GOOD);
  await backAt(page, CASCADE.url, /^\/order\//);
  await expectPaid(page, scripts);
  await expect(field(page, 'total')).toContainText('USD');
  expect(posts.every((path) => path.startsWith('/payflowlink')), posts.join()).toBe(true);
  expect(page.url()).not.toContain(GOOD);
});

test('a card declined at the gateway: said here, the seat is kept, another card pays', async ({ page, scripts }) => {
  await register(page, CASCADE.session);
  await goToCard(page);
  await pay(page, DECLINED);
  await backAt(page, CASCADE.url, /^\/checkout\//);
  await expect(page.getByText(/refused without giving a reason/).first()).toBeVisible();
  await goToCard(page);
  await pay(page, GOOD);
  await backAt(page, CASCADE.url, /^\/order\//);
  await expectPaid(page, scripts);
});

test('who leaves the card’s page pays another way', async ({ page }) => {
  await register(page, CASCADE.session);
  await goToCard(page);
  await page.getByRole('link', { name: 'Pay another way' }).click();
  await page.waitForURL(/\/checkout\/[^/]+(\?|$)/);
  await expectState(page, 'held');
  await expect(page.locator('input[type="radio"][name="method"][value="paypal"]')).toBeVisible();
});
