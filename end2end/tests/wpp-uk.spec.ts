import { expect, test } from '../support/test';
import { DECLINED } from '../support/cards';
import { expectState, field, input } from '../support/fields';
import { THAMES } from '../support/shops';
import { acceptTerms, expectPaid, payByCard, register } from '../support/steps';

/** Website Payments Pro, at a merchant's in the United Kingdom. */
test.use({ baseURL: THAMES.url });
// Three servers' pages in a row, of a build made to be compiled quickly.
test.describe.configure({ timeout: 60_000 });

test('Website Payments Pro: a card pays in pounds', async ({ page, scripts }) => {
  await register(page, THAMES.session);
  expect((await payByCard(page)).status()).toBe(303);
  await expectPaid(page, scripts);
  expect(new URL(page.url()).origin).toBe(THAMES.url);
  await expect(field(page, 'total')).toContainText('GBP');
});

test('Website Payments Pro: a declined card keeps the seat, and another one pays', async ({ page, scripts }) => {
  await register(page, THAMES.session);
  expect((await payByCard(page, { card_number: DECLINED })).status()).toBe(402);
  await expectState(page, 'held');
  await expect(page.getByText('Nothing was charged').first()).toBeVisible();
  await expect(input(page, 'card_number')).toHaveValue('');
  expect((await payByCard(page)).status()).toBe(303);
  await expectPaid(page, scripts);
});

test('a shop in the United Kingdom takes transfers', async ({ page }) => {
  await register(page, THAMES.session);
  await page.getByRole('radio', { name: 'Invoice' }).check();
  await acceptTerms(page);
  await page.getByRole('button', { name: /^(Order and pay|Pay )/ }).click();
  await page.waitForURL(/\/order\//);
  await expectState(page, 'checking');
  await expect(page.getByText('Sort code')).toBeVisible();
});
