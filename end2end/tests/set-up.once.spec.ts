import type { Page } from '@playwright/test';
import { expect, test, watch } from '../support/test';
import { input } from '../support/fields';
import { PASSWORD } from '../support/people';
import { ACME, DANUBE, THAMES, type Shop } from '../support/shops';

/** Site administrators set each kind of processor up; what is made here is taken away again. */
const admin = test.extend<{ deskOf: (shop: Shop) => Promise<Page> }>({
  deskOf: async ({ browser, complaints }, use) => {
    const pages: Page[] = [];
    await use(async (shop) => {
      const context = await browser.newContext({ baseURL: shop.url, locale: 'en-GB' });
      await context.addCookies([{ name: 'lang', value: 'en', url: shop.url }]);
      const page = await context.newPage();
      watch(page, complaints, true);
      pages.push(page);
      await page.goto('/sign-in');
      await page.getByLabel('E-mail').fill(shop.admin);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL((url) => url.pathname === '/admin');
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
  },
});

interface Kind {
  kind: string;
  name: string;
  shop: Shop;
  /** What works at the simulator. */
  good: Record<string, string>;
  /** The one field that is wrong at first; none for what cannot be wrong. */
  wrong?: [field: string, value: string];
  /** Where the merchant has to be. */
  country?: string;
}

const PASSWORD_THERE = 'Simulator-2026';

/**
 * Each at a shop where the last place in the order changes nothing for buyers: others pay there meanwhile. Danube's country decides
 * nothing about what it has.
 */
const KINDS: Kind[] = [
  {
    kind: 'payflow', name: 'PayPal Payflow Pro', shop: DANUBE, country: 'US',
    good: { partner: 'PayPal', vendor: 'danube-seminars', password: PASSWORD_THERE },
    wrong: ['password', 'Not-The-Password'],
  },
  {
    kind: 'express', name: 'PayPal Express Checkout', shop: ACME,
    good: { api_username: 'lectern-demo', api_password: PASSWORD_THERE },
    wrong: ['api_signature', 'A'.repeat(56)],
  },
  {
    kind: 'orders', name: 'PayPal Checkout (Orders v2)', shop: THAMES,
    good: { client_id: 'thames-training', client_secret: PASSWORD_THERE },
    wrong: ['client_secret', 'Not-The-Secret'],
  },
  {
    kind: 'stripe', name: 'Stripe Checkout', shop: THAMES,
    good: { secret_key: 'sk_test_Danube_Simulator_2026', webhook_secret: 'whsec_Danube_Simulator_2026' },
    wrong: ['secret_key', 'sk_test_of_nobody_at_all'],
  },
  { kind: 'offline', name: 'Invoice or bank transfer', shop: DANUBE, good: { instructions: 'IBAN RO49 AAAA 1B31 0075 9384 0000' } },
];

/** The simulators' own page shows what their accounts are made of. */
async function signatureOf(page: Page, user: string): Promise<string> {
  await page.goto(process.env.LECTERN_SANDBOX_URL ?? 'http://127.0.0.1:3001');
  return (await page.locator(`[data-account="${user}"] [data-name="signature"]`).innerText()).trim();
}

async function moveTo(page: Page, country: string): Promise<void> {
  await page.goto('/admin/settings');
  await input(page, 'merchant_country').fill(country);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await expect(page.getByText('Saved')).toBeVisible();
}

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await input(page, name).fill(value);
}

/** Add, test, offer, order, pause, remove. */
async function wholeLife(page: Page, { kind, name, good, wrong }: Kind): Promise<void> {
  await page.goto('/admin/processors?mode=test');
  await page.getByRole('link', { name: `Set up ${name}` }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await fill(page, wrong ? { ...good, [wrong[0]]: wrong[1] } : good);
  const scope = page.getByLabel('We answer for card data on this server');
  // Where the browser sends cards to the gateway there is nothing to answer for, and the box is out of the way.
  if (await scope.isVisible()) await scope.check();
  await page.getByRole('button', { name: 'Save' }).click();
  if (wrong) {
    await page.getByRole('button', { name: 'Test connection' }).click();
    await expect(page.locator('[data-test="failed"]')).toContainText('password are wrong');
    await fill(page, { [wrong[0]]: good[wrong[0]]! });
    await page.getByRole('button', { name: 'Save' }).click();
  }
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('[data-test="ok"]')).toContainText('The connection worked');
  await page.getByRole('button', { name: 'Offer to buyers' }).click();
  await expect(page.getByText('Offered to buyers').first()).toBeVisible();

  const order = () =>
    page.locator('tr[data-processor][data-mode="test"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-processor')));
  await page.goto('/admin/processors?mode=test');
  const before = await order();
  expect(before.at(-1), 'the newest comes last').toBe(kind);
  await page.locator(`tr[data-processor="${kind}"]`).getByRole('button', { name: /^Move up/ }).click();
  await expect.poll(order).toEqual([...before.slice(0, -2), kind, before.at(-2)]);

  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('Not offered').first()).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.goto('/admin/processors?mode=test');
  await expect(page.locator(`tr[data-processor="${kind}"]`)).toHaveCount(0);
  await expect(page.getByRole('link', { name: `Set up ${name}` })).toBeVisible();
}

admin.describe.configure({ mode: 'serial' });

for (const kind of KINDS) {
  admin(`${kind.name} is added, tested, offered, ordered, paused and removed`, async ({ deskOf }) => {
    admin.setTimeout(60_000);
    const page = await deskOf(kind.shop);
    const good = { ...kind.good };
    if (good.api_username) good.api_signature = await signatureOf(page, good.api_username);
    if (kind.country) await moveTo(page, kind.country);
    await wholeLife(page, { ...kind, good });
    if (kind.country) await moveTo(page, 'RO');
  });
}

/** Where it is sold, buyers pay with it meanwhile; nobody does in live mode, from where only PayPal itself could be asked. */
admin('Website Payments Pro is added for live mode and removed', async ({ deskOf }) => {
  const page = await deskOf(THAMES);
  const name = 'PayPal Website Payments Pro (UK)';
  await page.goto('/admin/processors?mode=live');
  await page.getByRole('link', { name: `Set up ${name}` }).click();
  await fill(page, { api_username: 'shop_api1.thames.example', api_password: PASSWORD_THERE, api_signature: 'A'.repeat(56) });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-test="none"]')).toContainText('Not tested');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.goto('/admin/processors?mode=live');
  await expect(page.getByRole('link', { name: `Set up ${name}` })).toBeVisible();
});

admin('Website Payments Pro says that it takes no new merchants, and what came after it', async ({ deskOf }) => {
  const page = await deskOf(THAMES);
  await page.goto('/admin/processors/wpp_uk?mode=test');
  await expect(page.getByRole('main')).toContainText('PayPal Complete Payments (Orders v2)');
  await expect(page.getByRole('main')).toContainText('closed to new merchants');
});

admin('what is not sold in a country is greyed, with the reason', async ({ deskOf }) => {
  const page = await deskOf(THAMES);
  await page.goto('/admin/processors?mode=test');
  for (const name of ['PayPal Payflow Pro', 'PayPal Express Checkout']) {
    await expect(page.locator('.ruled-out').filter({ hasText: name })).toContainText('Not sold to merchants in GB');
    await expect(page.getByRole('link', { name: `Set up ${name}` })).toHaveCount(0);
  }
});
