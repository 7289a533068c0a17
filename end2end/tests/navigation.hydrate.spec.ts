import { expect, hydrated, test } from '../support/test';
import { expectAmount } from '../support/fields';
import { navigations, spoken } from '../support/live';
import { applyCode, expectPaid, payByCard, register } from '../support/steps';

test('following a link changes title and heading without a new document, moves the focus and is said', async ({ page }) => {
  await page.goto('/');
  await hydrated(page);
  const pages = navigations(page);
  const said = await spoken(page);
  await page.getByRole('main').getByRole('link', { name: 'Negotiation skills' }).click();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Negotiation skills');
  await expect(page).toHaveTitle(/^Negotiation skills · /);
  await expect(heading).toBeFocused();
  await expect.poll(said).toContain('Negotiation skills');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Live training sessions');
  await expect(page).toHaveTitle(/^Live training sessions · /);
  expect(pages()).toEqual([]);
});

test('hosts and administrators move through their pages the same way', async ({ pageOf }) => {
  for (const [role, first, link, title] of [
    ['host', '/host', 'Schedule a session', 'Schedule a session'],
    ['admin', '/admin', 'Orders', 'Orders'],
  ] as const) {
    const page = await pageOf(role);
    await page.goto(first);
    await hydrated(page);
    const pages = navigations(page);
    await page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    expect(pages(), role).toEqual([]);
  }
});

test('the viewer’s own time is added to the host’s', async ({ page }) => {
  await page.goto('/s/negotiation-skills');
  await hydrated(page);
  // The session is at 10:00 in Bucharest, the browser in London: two hours less, all year round.
  await expect(page.getByRole('main')).toContainText(/10:00/);
  await expect(page.getByRole('main')).toContainText(/0?8:00.*your time|your time.*0?8:00/s);
});

test('the catalogue’s search needs no new document to be right after going back', async ({ page }) => {
  await page.goto('/?q=negotiation');
  await expect(page.getByRole('main').getByRole('article')).toHaveCount(1);
  await page.getByRole('link', { name: 'Show all sessions' }).click();
  await expect(page.getByRole('main').getByRole('article').nth(3)).toBeVisible();
});

test('where the scripts do not arrive, the forms do their work', async ({ page, complaints }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await register(page, 'negotiation-skills');
  await applyCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '80.00');
  await payByCard(page);
  await expectPaid(page, false);
  // What was asked for: the browser says that files are missing.
  expect(complaints.every((line) => /ERR_FAILED|Failed to fetch/.test(line)), complaints.join('; ')).toBe(true);
  complaints.length = 0;
});
