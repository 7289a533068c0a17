import { expect, test } from '../support/test';
import { expectState, field } from '../support/fields';
import { backAt, goToProcessor } from '../support/elsewhere';
import { DANUBE } from '../support/shops';
import { expectPaid, register } from '../support/steps';

/** Stripe's hosted page, and PayPal, at a merchant's in Romania. */
test.use({ baseURL: DANUBE.url });
// Three servers' pages in a row, of a build made to be compiled quickly.
test.describe.configure({ timeout: 60_000 });

const PAGE = /stripe\/c\/pay/;

test('Stripe: a card pays on its page, back at the shop that was left', async ({ page, scripts }) => {
  await register(page, DANUBE.session);
  await goToProcessor(page, 'card', PAGE);
  await page.getByLabel('Card').selectOption('pm_card_visa');
  await page.getByRole('button', { name: /^Pay / }).click();
  await backAt(page, DANUBE.url, /^\/order\//);
  await expectPaid(page, scripts);
  await expect(field(page, 'total')).toContainText('EUR');
});

test('Stripe: a declined card is said there, and another one pays', async ({ page, scripts }) => {
  await register(page, DANUBE.session);
  await goToProcessor(page, 'card', PAGE);
  await page.getByLabel('Card').selectOption('pm_card_visa_chargeDeclinedInsufficientFunds');
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByRole('alert')).toContainText('Choose another card');
  await page.getByLabel('Card').selectOption('pm_card_visa_debit');
  await page.getByRole('button', { name: /^Pay / }).click();
  await backAt(page, DANUBE.url, /^\/order\//);
  await expectPaid(page, scripts);
});

test('Stripe: the bank asks who pays', async ({ page, scripts }) => {
  await register(page, DANUBE.session);
  await goToProcessor(page, 'card', PAGE);
  await page.getByLabel('Card').selectOption('pm_card_authenticationRequired');
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.getByRole('button', { name: 'Complete authentication' }).click();
  await backAt(page, DANUBE.url, /^\/order\//);
  await expectPaid(page, scripts);
});

test('Stripe: who turns back keeps the seat, and pays by PayPal', async ({ page, scripts }) => {
  await register(page, DANUBE.session);
  await goToProcessor(page, 'card', PAGE);
  await page.getByRole('button', { name: 'Cancel and return' }).click();
  await backAt(page, DANUBE.url, /^\/checkout\//);
  await expect(page.getByText('Nothing was charged, and your seat is still kept')).toBeVisible();
  await expectState(page, 'held');
  await goToProcessor(page, 'paypal', /checkoutnow/);
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await backAt(page, DANUBE.url, /^\/order\//);
  await expectPaid(page, scripts);
});
