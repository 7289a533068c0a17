import { expect, test } from '../support/test';
import { expectState } from '../support/fields';
import { acceptTerms, expectPaid, payButton, payByCard, register } from '../support/steps';
import type { Page } from '@playwright/test';

const SESSION = 'negotiation-skills';

/** Chooses PayPal and goes to its (simulated) page. */
async function goToPaypal(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'PayPal' }).check();
  await acceptTerms(page);
  await page.getByRole('button', { name: /^(Continue to PayPal|Pay )/ }).click();
  await page.waitForURL(/checkoutnow/);
  await expect(page.getByText('Payment simulator')).toBeVisible();
}

test('PayPal: agreed there, paid here', async ({ page }) => {
  await register(page, SESSION);
  await goToPaypal(page);
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await page.waitForURL(/\/order\//);
  await expectPaid(page);
});

test('PayPal: cancelled there, the seat is still kept and a card pays', async ({ page }) => {
  await register(page, SESSION);
  await goToPaypal(page);
  await page.getByRole('button', { name: 'Cancel and return' }).click();
  await page.waitForURL(/\/checkout\//);
  await expect(page.getByText('Nothing was charged, and your seat is still kept')).toBeVisible();
  await expectState(page, 'held');
  await payByCard(page);
  await expectPaid(page);
});

test('PayPal: declined there, another way to pay is chosen there', async ({ page }) => {
  await register(page, SESSION);
  await goToPaypal(page);
  await page.getByLabel('Pay with').selectOption('declined_card');
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await page.waitForURL(/checkoutnow/);
  await page.getByLabel('Pay with').selectOption('balance');
  await page.getByRole('button', { name: 'Agree and pay' }).click();
  await page.waitForURL(/\/order\//);
  await expectPaid(page);
});

test('PayPal: who comes back by themselves sees how to go on, and can pay another way', async ({ page }) => {
  const order = await register(page, SESSION);
  await goToPaypal(page);
  await page.goto(`/order/${order}`);
  await expectState(page, 'checking');
  await expect(page.getByRole('link', { name: 'Continue paying' })).toBeVisible();
  await page.getByRole('button', { name: 'Pay another way' }).click();
  await page.waitForURL(/\/checkout\//);
  await expect(payButton(page)).toBeVisible();
});

test('a transfer: account, reference and date are on the order’s page', async ({ page }) => {
  await register(page, SESSION);
  await page.getByRole('radio', { name: 'Invoice' }).check();
  await acceptTerms(page);
  await page.getByRole('button', { name: /^(Order and pay|Pay )/ }).click();
  await page.waitForURL(/\/order\//);
  await expectState(page, 'checking');
  await expect(page.getByText('IBAN')).toBeVisible();
  await expect(page.locator('[data-field="transfer_reference"]')).toHaveText(/^[A-Z2-7]{12}$/);
});
