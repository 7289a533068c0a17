import { expect, hydrated, test, watch } from '../support/test';
import type { Page } from '@playwright/test';
import { expectAmount, expectState, field, input, plain, read } from '../support/fields';
import { fillSchedule } from '../support/host-steps';
import { day, unique } from '../support/own';
import { PASSWORD } from '../support/people';
import { expectPaid, payByCard, register } from '../support/steps';

/**
 * The neighbour: a site that nobody else here uses, with nothing switched on. Its figures are this test's alone, so they can be
 * told to the cent. What it does can be done once per database; run again, it finds the steps done and goes on.
 */
const ADMIN = 'admin@atelier.test';

/** Asks from the page: outside of browsers, names under `localhost` are not known everywhere. */
async function statusOf(page: Page, path: string, form?: Record<string, string>): Promise<number> {
  return page.evaluate(
    async ([path, form]) => {
      const body = form ? { method: 'POST', body: new URLSearchParams(form) } : {};
      return (await fetch(path, { ...body, headers: { accept: 'text/html' }, redirect: 'manual' })).status;
    },
    [path, form] as const,
  );
}

test('a new site: provisioned, set up, enabled; its first sale is its whole dashboard; pay-per-use comes and goes', async ({
  browser, baseURL, complaints,
}) => {
  test.setTimeout(90_000);
  const site = new URL(baseURL!);
  site.hostname = 'atelier.localhost';
  const open = async (): Promise<Page> => {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-GB' });
    await context.addCookies([{ name: 'lang', value: 'en', url: site.origin }]);
    const page = await context.newPage();
    watch(page, complaints, true);
    return page;
  };
  const signIn = async (email: string) => {
    const page = await open();
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    return page;
  };
  const manager = await signIn('manager@demo.test');
  const admin = await signIn(ADMIN);

  await test.step('a feature that is not provisioned cannot be enabled, and its pages are not there', async () => {
    await admin.goto('/admin/settings');
    await expect(admin.getByText('No optional features are provisioned')).toBeVisible();
    expect(await statusOf(admin, '/admin/features', { feature: 'fee_based', enabled: '1' })).toBe(403);
    expect(await statusOf(admin, '/admin/promo-codes')).toBe(403);
    await admin.goto('/host/sessions/new');
    await expect(input(admin, 'fee')).toHaveCount(0);
  });

  await test.step('the account manager provisions', async () => {
    await manager.goto('/manager');
    await hydrated(manager);
    for (const feature of ['fee_based', 'pay_per_use', 'promo_codes']) {
      const row = manager.locator(`[data-site="atelier.localhost"] [data-feature="${feature}"]`);
      await row.getByRole('textbox').fill('contract 2026-11');
      await row.getByRole('button', { name: /^Provision/ }).click();
      await expect(row).toHaveAttribute('data-state', 'provisioned');
    }
  });

  await test.step('the administrator is told what is missing, and does it', async () => {
    await admin.goto('/admin/settings');
    const fees = admin.locator('[data-feature="fee_based"]');
    await expect(fees.locator('[data-step="currency"]')).toBeVisible();
    expect(await statusOf(admin, '/admin/features', { feature: 'fee_based', enabled: '1' })).toBe(422);

    await input(admin, 'currency').selectOption('EUR');
    await input(admin, 'merchant_country').fill('US');
    await input(admin, 'fee_max').fill('5000');
    await admin.getByRole('button', { name: 'Save settings' }).click();
    await expect(admin.getByText('Saved')).toBeVisible();

    await admin.goto('/admin/rates');
    await admin.getByLabel('Per people-minute').fill('0.05');
    await admin.getByLabel('Per teleconference-minute').fill('0.03');
    await admin.getByRole('button', { name: 'Set these rates from now on' }).click();
    await expect(admin.getByText('in force')).toBeVisible();

    await admin.goto('/admin/processors?mode=test');
    await admin.getByRole('link', { name: 'Set up PayPal Payflow Pro' }).click();
    await input(admin, 'partner').fill('PayPal');
    await input(admin, 'vendor').fill('lectern-demo');
    await input(admin, 'password').fill('not-the-password');
    await expect(admin.getByLabel('At the gateway'), 'by default no card comes through this server').toBeChecked();
    await expect(admin.getByLabel('We answer for card data on this server')).toBeHidden();
    await admin.getByLabel('On our page, through this server').check();
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByRole('button', { name: 'Test connection' }).click();
    await expect(admin.locator('[data-test="failed"]')).toContainText(/password are wrong/);
    await input(admin, 'password').fill('Simulator-2026');
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByRole('button', { name: 'Test connection' }).click();
    await expect(admin.locator('[data-test="ok"]')).toBeVisible();
    await admin.getByRole('button', { name: 'Offer to buyers' }).click();
    await expect(admin.locator('[data-step="card_scope"]'), 'card numbers through this server must be answered for').toBeVisible();
    await admin.getByLabel('We answer for card data on this server').check();
    await admin.getByRole('button', { name: 'Save' }).click();
    await admin.getByRole('button', { name: 'Test connection' }).click();
    await expect(admin.locator('[data-test="ok"]')).toBeVisible();
    await admin.getByRole('button', { name: 'Offer to buyers' }).click();
    await expect(admin.getByText('Offered to buyers').first()).toBeVisible();

    await admin.goto('/admin/settings');
    for (const [feature, name] of [['fee_based', 'Fee-based training'], ['pay_per_use', 'Pay-per-use'], ['promo_codes', 'Promo codes']]) {
      await admin.getByRole('button', { name: `Enable ${name}` }).click();
      await expect(admin.locator(`[data-feature="${feature}"]`)).toHaveAttribute('data-state', 'enabled');
    }
  });

  const topic = `First light ${unique()}`;
  const form = {
    topic, starts_at: day(9), time_zone: 'Europe/Bucharest', duration_minutes: '60', capacity: '10', fee: '40.00', require_registration: '1',
    audio: 'none', expected_computers: '10',
  };
  let slug = '';

  await test.step('a session with a fee is scheduled, its usage without tax', async () => {
    await admin.goto('/host/sessions/new');
    await hydrated(admin);
    await fillSchedule(admin, form);
    await admin.getByRole('button', { name: 'Schedule', exact: true }).click();
    await admin.waitForURL(/\/estimate/);
    await expectAmount(admin, 'total', '30.00');
    await admin.getByRole('button', { name: 'Schedule', exact: true }).click();
    await admin.waitForURL(/\/pay/);
    await payByCard(admin);
    await admin.waitForURL(/\/host$/);
    slug = (await admin.getByRole('row').filter({ hasText: topic }).getByRole('link', { name: 'Public page' }).getAttribute('href'))!.split('/').at(-1)!;
  });

  await test.step('the dashboard grows by exactly what is bought', async () => {
    const figures = async () => {
      await admin.goto('/admin');
      return { sales: Number(plain(await read(admin, 'sales'))), usage: Number(plain(await read(admin, 'usage'))) };
    };
    const before = await figures();
    expect(before.usage).toBeGreaterThanOrEqual(30);
    const buyer = await open();
    await register(buyer, slug);
    await expectAmount(buyer, 'total', '40.00');
    await payByCard(buyer);
    await expectPaid(buyer, true);
    const after = await figures();
    expect(after.sales - before.sales).toBeCloseTo(40, 5);
    expect(after.usage).toBe(before.usage);
    await expect(field(admin, 'sales')).toContainText('EUR');
    await buyer.context().close();
  });

  const row = manager.locator('[data-site="atelier.localhost"] [data-feature="pay_per_use"]');

  await test.step('without pay-per-use there is no estimate, by no door', async () => {
    await manager.goto('/manager');
    await row.getByRole('button', { name: /^Withdraw/ }).click();
    await expect(row).toHaveAttribute('data-state', 'off');
    await admin.goto('/host/sessions/new');
    await expect(admin.getByRole('main')).not.toContainText('Estimate');
    await expect(admin.getByText('Both lead to the estimated cost')).toHaveCount(0);
    await fillSchedule(admin, { ...form, topic: `${topic} again` });
    await admin.getByRole('button', { name: 'Schedule', exact: true }).click();
    await admin.waitForURL(/\/host$/);
    const again = admin.getByRole('row').filter({ hasText: `${topic} again` });
    await expect(again).toContainText('Scheduled');
    const id = (await again.getAttribute('data-session'))!;
    for (const path of ['estimate', 'pay']) {
      expect(await statusOf(admin, `/host/sessions/${id}/${path}`), `GET ${path}`).toBe(403);
      expect(await statusOf(admin, `/host/sessions/${id}/${path}`, { action: 'schedule' }), `POST ${path}`).toBe(403);
    }
  });

  await test.step('with it again, there is', async () => {
    await row.getByRole('button', { name: /^Provision/ }).click();
    await expect(row).toHaveAttribute('data-state', 'provisioned');
    await admin.goto('/admin/settings');
    await admin.getByRole('button', { name: 'Enable Pay-per-use' }).click();
    await expect(admin.locator('[data-feature="pay_per_use"]')).toHaveAttribute('data-state', 'enabled');
    await admin.goto('/host');
    await admin.getByRole('row').filter({ hasText: `${topic} again` }).getByRole('link', { name: 'Pay', exact: true }).click();
    await expectAmount(admin, 'total', '30.00');
    await expectState(admin, 'due');
  });

  await Promise.all([manager, admin].map((page) => page.context().close()));
});
