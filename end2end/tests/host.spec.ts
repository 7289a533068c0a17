import { expect, test } from '../support/test';
import { DECLINED } from '../support/cards';
import { expectAmount, expectState, input, plain, read } from '../support/fields';
import { vector } from '../support/host';
import { expectEstimate, fillSchedule, FULL, NO_AUDIO, nowIn, valueOf } from '../support/host-steps';
import { unique } from '../support/own';
import { acceptTerms, fillCard, payByCard, payButton, pressPay } from '../support/steps';
import { addressOf, PASSWORD } from '../support/people';

test('a host signs in, and is let in only with the right password', async ({ page }) => {
  await page.goto('/host');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await page.getByLabel('E-mail').fill(addressOf('host2'));
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('do not match')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue(addressOf('host2'));
  await expect(page.getByLabel('Password')).toHaveValue('');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/host$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('My sessions');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/\/$/);
  await page.goto('/host');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
});

test('schedule: estimate, modify, schedule, pay, and it is in the list and the catalogue', async ({ pageOf }) => {
  const page = await pageOf('host');
  const form = vector();
  await page.goto('/host');
  await page.getByRole('main').getByRole('link', { name: 'Schedule a session' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Schedule a session');
  await fillSchedule(page, form);
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();

  await page.waitForURL(/\/host\/sessions\/[0-9a-f-]+\/estimate/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Session Estimated Cost');
  await expect(page.getByText(form.topic)).toBeVisible();
  await expectEstimate(page, FULL);
  const estimate = page.url();

  await page.getByRole('link', { name: 'Modify' }).click();
  await page.waitForURL(/\/host\/sessions\/[0-9a-f-]+(\?|$)/);
  await expect(input(page, 'topic')).toHaveValue(form.topic);
  for (const name of Object.keys(form) as (keyof typeof form)[]) {
    const value = await valueOf(page, name);
    expect(name === 'fee' ? plain(value) : value, name).toBe(form[name]);
  }
  await fillSchedule(page, { duration_minutes: '60', expected_computers: '10', audio: 'none' });
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await page.waitForURL(/\/estimate/);
  expect(new URL(page.url()).pathname, 'no second draft').toBe(new URL(estimate).pathname);
  await expectEstimate(page, NO_AUDIO);

  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await page.waitForURL(/\/pay/);
  await expectAmount(page, 'total', '35.70');
  const answer = await payByCard(page);
  expect(answer.status()).toBe(303);
  await page.waitForURL(/\/host$/);
  const row = page.getByRole('row').filter({ hasText: form.topic });
  await expect(row).toContainText('Usage paid');
  await expect(row).toContainText('Scheduled');
  await row.getByRole('link', { name: 'Public page' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(form.topic);
  await expectAmount(page, 'fee', '100.00');
});

test('start: pay, and the room opens by itself; ending closes it', async ({ pageOf }) => {
  const page = await pageOf('host');
  const topic = `Starting now ${unique()}`;
  await page.goto('/host/sessions/new');
  await fillSchedule(page, { ...vector(), topic, starts_at: nowIn('Europe/Bucharest'), listing: 'unlisted' });
  await page.getByRole('button', { name: 'Start session' }).click();
  await page.waitForURL(/\/estimate/);
  await expectEstimate(page, FULL);
  await page.getByRole('button', { name: 'Start session' }).click();
  await page.waitForURL(/\/pay/);
  await expectAmount(page, 'total', '191.71');
  await payByCard(page);
  await page.waitForURL(/\/room/);
  await expectState(page, 'live');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(topic);
  await page.getByRole('button', { name: 'End session' }).click();
  await expectState(page, 'ended');
});

test('starting what is not paid is refused, and shows the estimate', async ({ pageOf, host }) => {
  const made = await host.session();
  const answer = await host.post(`/host/sessions/${made.id}/start`, {});
  expect(answer.status()).toBe(402);
  const page = await pageOf('host');
  await page.goto(`/host/sessions/${made.id}/room`);
  const start = page.getByRole('button', { name: 'Start session' });
  const [refused] = await Promise.all([page.waitForResponse((r) => r.request().method() === 'POST'), start.click()]);
  expect(refused.status()).toBe(402);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Session Estimated Cost');
  await expect(page.getByText('Pay before you start')).toBeVisible();
  await expectEstimate(page, FULL);
});

test('a declined card leaves the session saved as payment due', async ({ pageOf, host }) => {
  const made = await host.session();
  const page = await pageOf('host');
  await page.goto(`/host/sessions/${made.id}/estimate?action=schedule`);
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await page.waitForURL(/\/pay/);
  const answer = await payByCard(page, { card_number: DECLINED });
  expect(answer.status()).toBe(402);
  await expect(page.getByText('saved as payment due')).toBeVisible();
  await expect(input(page, 'card_number')).toHaveValue('');
  await expect(input(page, 'billing_city')).toHaveValue('London');
  await page.goto('/host');
  await expect(page.getByRole('row').filter({ hasText: made.topic })).toContainText('Payment due');
  await page.goto(`/host/sessions/${made.id}/pay?action=schedule`);
  await fillCard(page);
  await acceptTerms(page);
  await pressPay(page);
  await page.waitForURL(/\/host$/);
  await expect(page.getByRole('row').filter({ hasText: made.topic })).toContainText('Usage paid');
});

test('mistakes in a schedule are named at their fields, and what was typed stays', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  const form = { ...vector(), topic: '', duration_minutes: '4', fee: '1.999', expected_computers: '10', expected_teleconference: '11' };
  await fillSchedule(page, form);
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(input(page, 'topic')).toHaveAccessibleDescription(/fill this in/);
  await expect(input(page, 'duration_minutes')).toHaveAccessibleDescription(/from 5 to/);
  await expect(input(page, 'fee')).toHaveAccessibleDescription(/At most 2 decimals/);
  await expect(input(page, 'expected_teleconference')).toHaveAccessibleDescription(/Not more than the 10 computers/);
  await expect(input(page, 'fee')).toHaveValue('1.999');
  await expect(input(page, 'description')).toHaveValue(form.description);
});

test('an hour that the clocks skip is refused with the two nearest', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  // The last Sunday of March two years on, when Bucharest goes from 03:00 to 04:00.
  const year = new Date().getFullYear() + 2;
  const last = new Date(Date.UTC(year, 2, 31));
  last.setUTCDate(31 - last.getUTCDay());
  const date = last.toISOString().slice(0, 10);
  await fillSchedule(page, { ...vector(), starts_at: `${date}T03:30`, time_zone: 'Europe/Bucharest' });
  await page.getByRole('button', { name: 'Schedule', exact: true }).click();
  await expect(input(page, 'starts_at')).toHaveAccessibleDescription(/clocks go forward.*02:59.*04:00/);
});

test('another host’s session is not there', async ({ pageOf, host }) => {
  const made = await host.session({ listing: 'unlisted' });
  const page = await pageOf('host2');
  for (const path of ['', '/estimate', '/pay', '/room']) {
    const answer = await page.goto(`/host/sessions/${made.id}${path}`);
    expect(answer?.status(), path).toBe(404);
  }
});

test('an unlisted session is found by its link only', async ({ page, host }) => {
  const made = await host.session({ listing: 'unlisted' });
  await page.goto('/');
  await expect(page.getByText(made.topic)).toHaveCount(0);
  await page.goto(`/?q=${encodeURIComponent(made.topic)}`);
  await expect(page.getByRole('link', { name: made.topic })).toHaveCount(0);
  expect((await page.goto(`/s/${made.slug}`))?.status()).toBe(200);
  expect(await read(page, 'seats_left')).toBe('24');
});

test('a participant who has paid is let into the open room, and nobody else', async ({ page, host, newBuyer }) => {
  const id = await host.save({ starts_at: nowIn('Europe/Bucharest'), listing: 'unlisted' }, 'start');
  const published = await host.post(`/host/sessions/${id}/estimate`, { action: 'schedule' });
  expect(published.status()).toBe(303);
  const slug = await host.slugOf(id);
  const [paying, unpaid] = [await (await newBuyer()).register(slug), await (await newBuyer()).register(slug)];
  expect((await paying.pay()).status()).toBe(303);
  const registration = (await paying.orderField('registration_id'))!;
  expect(registration.length).toBeGreaterThan(5);

  const early = await page.goto(`/join/${registration}`);
  expect(early?.status()).toBe(200);
  expect((await unpaid.http.get(`/join/${unpaid.order}`, { maxRedirects: 0 })).status(), 'not paid').toBe(402);

  const paid = await host.pay(id, 'start');
  expect(paid.status()).toBe(303);
  expect(paid.headers().location).toMatch(new RegExp(`^/host/sessions/${id}/room`));
  await page.goto(`/join/${registration}`);
  await expect(page.getByText('You are in the room')).toBeVisible();
  expect((await host.post(`/host/sessions/${id}/end`, {})).status()).toBe(303);
  await page.reload();
  await expect(page.getByText('This session is over')).toBeVisible();
  await expect(payButton(page)).toBeHidden();
});
