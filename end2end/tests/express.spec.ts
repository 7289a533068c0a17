import { expect, test } from '../support/test';
import { expectState, field } from '../support/fields';
import { backAt, goToProcessor } from '../support/elsewhere';
import { CASCADE } from '../support/shops';
import { expectPaid, register } from '../support/steps';

/** PayPal Express Checkout, at a merchant's in the US. */
test.use({ baseURL: CASCADE.url });
// Three servers' pages in a row, of a build made to be compiled quickly.
test.describe.configure({ timeout: 60_000 });

const PAGE = /express\/webscr/;

test('Express Checkout: agreed at PayPal, paid in dollars, back at the shop that was left', async ({ page, scripts }) => {
  await register(page, CASCADE.session);
  await goToProcessor(page, 'paypal', PAGE);
  await expect(page.getByText('USD').first()).toBeVisible();
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await backAt(page, CASCADE.url, /^\/order\//);
  await expectPaid(page, scripts);
  await expect(field(page, 'total')).toContainText('USD');
});

test('Express Checkout: cancelled at PayPal, the seat is still kept and can be paid after all', async ({ page, scripts }) => {
  await register(page, CASCADE.session);
  await goToProcessor(page, 'paypal', PAGE);
  await page.getByRole('button', { name: 'Cancel and return' }).click();
  await backAt(page, CASCADE.url, /^\/checkout\//);
  await expect(page.getByText('Nothing was charged, and your seat is still kept')).toBeVisible();
  await expectState(page, 'held');
  await goToProcessor(page, 'paypal', PAGE);
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await backAt(page, CASCADE.url, /^\/order\//);
  await expectPaid(page, scripts);
});

test('Express Checkout: a refused card leads back to PayPal, where another way to pay is chosen', async ({ page, scripts }) => {
  await register(page, CASCADE.session);
  await goToProcessor(page, 'paypal', PAGE);
  await page.getByLabel('Pay with').selectOption('refused_card');
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await page.waitForURL(PAGE);
  await expect(page.getByRole('alert')).toContainText('refused');
  await page.getByLabel('Pay with').selectOption('balance');
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await backAt(page, CASCADE.url, /^\/order\//);
  await expectPaid(page, scripts);
});

test('Express Checkout: an account that cannot pay is declined, nothing is charged, and the seat is still kept', async ({ page }) => {
  await register(page, CASCADE.session);
  await goToProcessor(page, 'paypal', PAGE);
  await page.getByLabel('Pay with').selectOption('blocked');
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await backAt(page, CASCADE.url, /^\/checkout\//);
  await expect(page.getByText('Nothing was charged').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^(Continue|Pay)/ }).first()).toBeVisible();
});
