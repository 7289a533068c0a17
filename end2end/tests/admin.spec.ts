import { expect, test } from '../support/test';
import { expectAmount, expectState, input, read } from '../support/fields';
import { ownFee, unique } from '../support/own';
import { applyCode, register } from '../support/steps';

test('each number of the dashboard leads to the list behind it', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/admin');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  for (const name of ['sales', 'refunds', 'usage', 'discounts', 'tax', 'usage_due']) expect(await read(page, name), name).not.toBe('');
  const links = page.getByRole('main').locator('a.stat');
  const paths = await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
  expect(paths.length).toBeGreaterThanOrEqual(6);
  for (const path of new Set(paths)) {
    expect((await page.goto(path))?.status(), path).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Orders');
  }
});

test('a promo code is made, previewed, used, settled and paused', async ({ page, pageOf, host, scripts }) => {
  const { slug } = await host.session({ fee: '200.00' });
  const code = `SPRING-${unique().toUpperCase()}`;
  const desk = await pageOf('admin');
  await desk.goto('/admin/promo-codes');
  await desk.getByRole('main').getByRole('link', { name: 'New promo code' }).first().click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('New promo code');
  await desk.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
  await desk.getByLabel('A percentage').check();
  await desk.getByLabel('Percent off').fill('12.5');
  await desk.getByLabel('Uses in all').fill('5');
  if (scripts) {
    await desk.getByLabel('Price to try it on').fill('200');
    await expectAmount(desk, 'preview_discount', '-25.00');
    await expectAmount(desk, 'preview_total', '175.00');
  }
  await desk.getByRole('button', { name: 'Create code' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText(code);
  const sheet = desk.url();

  await register(page, slug);
  await applyCode(page, code);
  await expectAmount(page, 'total', '175.00');

  await desk.goto('/admin/promo-codes');
  await expect(desk.getByRole('row').filter({ hasText: code })).toContainText('1 of 5');
  await desk.goto(sheet);
  await expect(desk.getByText('its value is settled')).toBeVisible();
  await expect(desk.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  await desk.getByRole('button', { name: 'Pause' }).click();
  await expect(desk.getByRole('main')).toContainText('Paused');

  await page.reload();
  await expectAmount(page, 'total', '175.00');
  await page.context().clearCookies();
  await register(page, slug);
  await applyCode(page, code);
  await expect(input(page, 'promo_code')).toHaveAttribute('aria-invalid', 'true');
  await expectAmount(page, 'total', '200.00');
});

test('a code that reads like another is refused with a link to it', async ({ pageOf, admin }) => {
  const code = await admin.promo({ kind: 'percent', percent: '5' });
  const page = await pageOf('admin');
  await page.goto('/admin/promo-codes/new');
  await page.getByLabel('Code', { exact: true }).fill(` ${code.toLowerCase()} `);
  await page.getByLabel('Percent off').fill('150');
  await page.getByRole('button', { name: 'Create code' }).click();
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(input(page, 'percent')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Percent off').fill('15');
  await page.getByRole('button', { name: 'Create code' }).click();
  await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/exists already/);
  await page.getByRole('link', { name: 'Open the code that exists' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(code);
});

test('an order is found by any of its traces, with all that happened to it', async ({ pageOf, host, newBuyer }) => {
  const fee = ownFee();
  const { slug, topic } = await host.session({ fee });
  const buyer = await (await newBuyer()).register(slug);
  await buyer.promo('TRAIN20');
  await buyer.removePromo();
  await buyer.pay();
  const page = await pageOf('admin');
  await page.goto('/admin/orders?day=all');
  await page.getByLabel('Find an order').fill(buyer.who.email);
  await page.getByLabel('Find an order').press('Enter');
  const row = page.getByRole('row').filter({ hasText: buyer.who.name });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(topic);
  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Order /);
  await expectState(page, 'paid');
  await expectAmount(page, 'total', fee);
  for (const event of ['Seat held', 'Promo code applied', 'Promo code removed', 'Money captured']) {
    await expect(page.getByRole('main'), event).toContainText(event);
  }
  await expect(page.getByRole('main')).not.toContainText('4111');
});

test('the processor’s connection is tested with a press', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/admin/processors');
  await page.getByRole('link', { name: 'PayPal Payflow Pro' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('PayPal Payflow Pro');
  await expect(input(page, 'password'), 'secrets are never shown again').toHaveValue('');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('[data-test="ok"]')).toContainText('The connection worked');
});

test('processors are listed in order, and what can be added is below', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/admin/processors');
  await expect(page.locator('tr[data-processor]').first()).toHaveAttribute('data-processor', 'payflow');
  await expect(page.locator('tr[data-processor="offline"]')).toContainText('Offered to buyers');
  await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Live' }).click();
  await expect(page.getByRole('link', { name: 'Set up Invoice or bank transfer' })).toBeVisible();
});

test('an administrator says that a transfer has come', async ({ pageOf, host, newBuyer }) => {
  const { slug } = await host.session({ fee: ownFee() });
  const buyer = await (await newBuyer()).register(slug);
  const answer = await buyer.post(`/checkout/${buyer.order}/pay`, { ...(await buyer.payForm()), method: 'offline' });
  expect(answer.status()).toBe(303);
  expect(await buyer.state()).toBe('checking');
  const page = await pageOf('admin');
  await page.goto(`/admin/orders?q=${encodeURIComponent(buyer.who.email)}`);
  await page.getByRole('row').filter({ hasText: buyer.who.name }).getByRole('link').first().click();
  await expect(page.locator('[data-settle="transfer"]')).toContainText('A transfer is expected');
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await expect(input(page, 'reference')).toHaveAttribute('aria-invalid', 'true');
  await input(page, 'reference').fill(`OP-${unique()}`);
  await page.getByRole('button', { name: 'Mark as paid' }).click();
  await expectState(page, 'paid');
  await expect(page.getByRole('main')).toContainText('Marked as paid by a person');
  expect(await buyer.state()).toBe('paid');
});

test('people and the trail are listed', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/admin/people');
  await expect(page.getByRole('row').filter({ hasText: 'host@demo.test' })).toContainText('Host');
  await page.goto('/admin/audit');
  expect(await page.getByRole('row').count()).toBeGreaterThan(5);
});

test('a division sees its budget and what was spent', async ({ pageOf, host }) => {
  const made = await host.session({ listing: 'unlisted' });
  expect((await host.pay(made.id, 'schedule')).status()).toBe(303);
  const page = await pageOf('division');
  await page.goto('/division');
  await expect(page.getByRole('row').filter({ hasText: made.topic })).toContainText('191.71');
});
