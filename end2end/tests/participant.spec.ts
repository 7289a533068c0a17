import { expect, test } from '../support/test';
import { expectAmount, expectState, field, input, read } from '../support/fields';
import { ownFee, person } from '../support/own';
import { salesOf } from '../support/simulator';
import { acceptTerms, applyCode, expectPaid, fillCard, orderOf, payButton, payByCard, pressPay, readPrice, register } from '../support/steps';
import { DECLINED, LOST } from '../support/cards';
import { stateOf } from '../support/html';

test('from the catalogue to a confirmed seat, with a code', async ({ page, scripts }) => {
  await page.goto('/');
  await page.getByRole('main').getByRole('link', { name: 'Negotiation skills' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Negotiation skills');
  await expectAmount(page, 'fee', '100.00');
  expect(Number(await read(page, 'seats_left'))).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'Register', exact: true }).click();
  const who = person();
  await page.getByLabel('Your name').fill(who.name);
  await page.getByLabel('Your e-mail').fill(who.email);
  await page.getByRole('button', { name: 'Continue to payment information' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Payment information');
  await expectAmount(page, 'fee', '100.00');
  await expectAmount(page, 'total', '100.00');
  expect(Date.parse(await read(page, 'hold_until')), 'the seat is kept').toBeGreaterThan(Date.now());
  await applyCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '80.00');
  await expectAmount(page, 'discount', '20.00');
  await expectAmount(page, 'tax', '12.77');
  await expect(payButton(page)).toHaveText(/Pay EUR\s80\.00/);

  if (scripts) await readPrice(page);
  const answer = await payByCard(page);
  expect(answer.status()).toBe(303);
  await expectPaid(page, scripts);
  await expectAmount(page, 'total', '80.00');
  await expect(page.getByText(who.email).first()).toBeVisible();
});

test('a free session needs no card', async ({ page, scripts }) => {
  await register(page, 'free-orientation');
  await expectAmount(page, 'total', '0.00');
  await expect(input(page, 'card_number')).toBeHidden();
  await expect(payButton(page)).toHaveText(/Complete registration/);
  await acceptTerms(page);
  await payButton(page).click();
  await expectPaid(page, scripts);
});

test('a declined card keeps the seat and all that was typed, but for the card', async ({ page, scripts, host }) => {
  const fee = ownFee();
  const { slug } = await host.session({ fee });
  await register(page, slug);
  const order = orderOf(page);
  const answer = await payByCard(page, { card_number: DECLINED, card_name: 'Grace Hopper' });
  expect(answer.status()).toBe(402);
  await expectState(page, 'held');
  await expect(page.getByText('Nothing was charged').first()).toBeVisible();
  await expect(input(page, 'card_name')).toHaveValue('Grace Hopper');
  await expect(input(page, 'billing_city')).toHaveValue('London');
  await expect(input(page, 'billing_country')).toHaveValue('GB');
  await expect(input(page, 'card_number')).toHaveValue('');
  await expect(input(page, 'card_csc')).toHaveValue('');
  expect(Date.parse(await read(page, 'hold_until')), 'the seat is kept').toBeGreaterThan(Date.now());
  expect(await salesOf(fee)).toBe(0);

  expect((await payByCard(page)).status()).toBe(303);
  await expectPaid(page, scripts);
  expect(orderOf(page)).toBe(order);
  expect(await salesOf(fee)).toBe(1);
});

test('an answer that is lost is checked, never called failed, and found paid', async ({ page, scripts, host, request }) => {
  const fee = ownFee();
  const { slug } = await host.session({ fee });
  const order = await register(page, slug);
  await fillCard(page, { card_number: LOST });
  await acceptTerms(page);
  const seen = new Set<string>();
  // The press returns when the processor's client has given up waiting: meanwhile another tab looks.
  await payButton(page).click({ noWaitAfter: true });
  await expect(async () => {
    const state = stateOf(await (await request.get(`/order/${order}`)).text()) ?? 'none';
    seen.add(state);
    expect(state).toBe('paid');
  }).toPass({ timeout: 25_000, intervals: [200] });
  expect([...seen].filter((state) => !['held', 'checking', 'paid'].includes(state)), 'states on the way').toEqual([]);
  expect([...seen]).toContain('checking');
  await expectPaid(page, scripts);
  expect(await salesOf(fee)).toBe(1);
});

test('pressing twice pays once', async ({ page, scripts, host }) => {
  const fee = ownFee();
  const { slug } = await host.session({ fee });
  await register(page, slug);
  await fillCard(page);
  await acceptTerms(page);
  await payButton(page).dblclick();
  await expectPaid(page, scripts);
  expect(await salesOf(fee)).toBe(1);
});

test('reload and back after paying never pay again', async ({ page, scripts, host }) => {
  const fee = ownFee();
  const { slug } = await host.session({ fee });
  const order = await register(page, slug);
  await payByCard(page);
  await expectPaid(page, scripts);
  const registration = await read(page, 'registration_id');
  await page.reload();
  await expectPaid(page, scripts);
  await page.goBack();
  await page.goto(`/checkout/${order}`);
  await expect(page.locator('main')).toHaveAttribute('data-state', 'paid');
  await expect(payButton(page)).toBeHidden();
  await page.goto(`/order/${order}`);
  expect(await read(page, 'registration_id')).toBe(registration);
  expect(await salesOf(fee)).toBe(1);
});

test('the last seat goes to one; the other is told, and has paid nothing', async ({ page, host, newBuyer }) => {
  const { slug } = await host.session({ capacity: '1', expected_computers: '2', expected_teleconference: '2' });
  await page.goto(`/s/${slug}/register`);
  const who = person();
  await page.getByLabel('Your name').fill(who.name);
  await page.getByLabel('Your e-mail').fill(who.email);
  await (await newBuyer()).register(slug);
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.request().method() === 'POST'),
    page.getByRole('button', { name: /^Continue/ }).click(),
  ]);
  expect(answer.status()).toBe(409);
  await expect(page.getByText('You have not paid anything').first()).toBeVisible();
  await page.goto(`/s/${slug}`);
  expect(await read(page, 'seats_left')).toBe('0');
  await expect(page.getByText('Sold out').first()).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'Register', exact: true })).toBeHidden();
});

test('giving up a held seat frees it', async ({ page, host }) => {
  const { slug } = await host.session({ capacity: '1', expected_computers: '2', expected_teleconference: '2' });
  const order = await register(page, slug);
  await page.goto(`/order/${order}`);
  await expectState(page, 'held');
  const confirm = page.getByRole('button', { name: 'Yes, give up the seat' });
  if (!(await confirm.isVisible())) await page.getByText('Give up the seat', { exact: true }).click();
  await confirm.click();
  await expectState(page, 'cancelled');
  await page.goto(`/s/${slug}`);
  expect(await read(page, 'seats_left')).toBe('1');
});

test('mistakes are named at their fields, and what was typed stays', async ({ page, host }) => {
  const { slug } = await host.session();
  await page.goto(`/s/${slug}/register`);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Your e-mail').fill('not-an-address');
  await page.getByRole('button', { name: /^Continue/ }).click();
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByLabel('Your name')).toHaveValue('Ada Lovelace');
  const email = page.getByLabel('Your e-mail');
  await expect(email).toHaveValue('not-an-address');
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveAccessibleDescription(/name@example\.com/);
  await email.fill(person().email);
  await page.getByRole('button', { name: /^Continue/ }).click();
  await page.waitForURL(/\/checkout\//);

  await fillCard(page, { card_number: '4111 1111 1111 1112', card_expiry: '01/20' });
  const answer = await pressPay(page);
  expect(answer.status()).toBe(422);
  await expect(page.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(input(page, 'card_number')).toHaveAccessibleDescription(/typing mistake/);
  await expect(input(page, 'card_expiry')).toHaveAccessibleDescription(/expired/);
  await expect(input(page, 'accept_terms')).toHaveAccessibleDescription(/accept the terms/);
  await expect(input(page, 'billing_line1')).toHaveValue(/St James/);
});

test('the registration in Romanian reads and pays in Romanian', async ({ page, context, baseURL, scripts }) => {
  await context.addCookies([{ name: 'lang', value: 'ro', url: baseURL! }]);
  await page.goto('/s/negotiation-skills');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ro');
  await expectAmount(page, 'fee', '100.00', 'ro');
  expect(await read(page, 'fee')).toMatch(/^100,00\sEUR$/);
  await page.getByRole('link', { name: 'Înregistrați-vă' }).click();
  const who = person();
  await page.getByLabel('Numele dumneavoastră').fill(who.name);
  await page.getByLabel('E-mailul dumneavoastră').fill(who.email);
  await page.getByRole('button', { name: /^Continuați/ }).click();
  await page.waitForURL(/\/checkout\//);
  await expect(payButton(page)).toHaveText(/Plăt(iți|ește) 100,00\sEUR/);
  await fillCard(page);
  await acceptTerms(page);
  await pressPay(page);
  await expectPaid(page, scripts);
  await expectAmount(page, 'total', '100.00', 'ro');
});

test('somebody else’s order, session or page is not there', async ({ page }) => {
  for (const path of ['/checkout/AAAAAAAAAAAAAAAAAAAAAA', '/order/AAAAAAAAAAAAAAAAAAAAAA', '/s/no-such-session', '/join/AAAAAAAAAAAAAAAAAAAAAA']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 }), path).toBeVisible();
  }
});

test('the seat’s numbers are kept in step', async ({ page, host, newBuyer }) => {
  const { slug } = await host.session({ capacity: '7' });
  const buyers = await Promise.all([1, 2, 3].map(async () => (await newBuyer()).register(slug)));
  await page.goto(`/s/${slug}`);
  expect(await read(page, 'seats_left')).toBe('4');
  await expect(page.getByText(/4\s?seats left/).first()).toBeVisible();
  await buyers[0].post(`/order/${buyers[0].order}/cancel`, {});
  await page.reload();
  expect(await read(page, 'seats_left')).toBe('5');
  await expect(field(page, 'fee')).toHaveCount(1);
});
