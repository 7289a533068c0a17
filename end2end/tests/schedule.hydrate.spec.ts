import { expect, hydrated, test } from '../support/test';
import { input } from '../support/fields';
import { vector } from '../support/host';
import { fillSchedule, nowIn, set } from '../support/host-steps';
import { spoken } from '../support/live';

test('thinks aloud while one types: spec.md’s vectors, in the browser’s own code', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  await hydrated(page);
  // From here on every number comes from the browser.
  await page.context().setOffline(true);
  const side = page.getByRole('complementary').filter({ hasText: 'Estimate' });
  await fillSchedule(page, vector());
  for (const text of ['2,250', '112.50', '1,620', '48.60', '30.61', '191.71']) await expect(side).toContainText(text);
  await fillSchedule(page, { duration_minutes: '60', expected_computers: '10', audio: 'none' });
  for (const text of ['600', '30.00', '5.70', '35.70']) await expect(side).toContainText(text);
  await expect(side, 'the teleconference line shows 0, it is not hidden').toContainText(/on teleconference/);
  await page.context().setOffline(false);
});

test('a fee locks registration, and says why', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  await hydrated(page);
  const box = input(page, 'require_registration');
  await set(page, 'fee', '0');
  await box.setChecked(false);
  await set(page, 'fee', '49,90');
  await expect(box).toBeChecked();
  await expect(page.getByText('A session with a fee needs registration')).toBeVisible();
  await box.click({ force: true });
  await expect(box).toBeChecked();
  await expect(page.getByText(/Participants pay EUR\s49\.90/)).toBeVisible();
  await set(page, 'fee', '');
  await expect(page.getByText('This session is free')).toBeVisible();
  await box.setChecked(false);
  await expect(box).not.toBeChecked();
});

test('no audio means nobody on the teleconference', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  await hydrated(page);
  await set(page, 'audio', 'call_in');
  await expect(input(page, 'expected_teleconference')).toBeEnabled();
  await set(page, 'audio', 'none');
  await expect(input(page, 'expected_teleconference')).toBeDisabled();
});

test('mistakes are told on leaving a field', async ({ pageOf }) => {
  const page = await pageOf('host');
  await page.goto('/host/sessions/new');
  await hydrated(page);
  for (const [name, wrong, words, right] of [
    ['duration_minutes', '4', /from 5 to/, '90'],
    ['capacity', '0', /from 1 to/, '24'],
    ['fee', '1.999', /At most 2 decimals/, '49.90'],
    ['time_zone', 'Mars/Olympus', /time zone from the list/, 'Europe/Bucharest'],
  ] as const) {
    const control = input(page, name);
    await control.fill(wrong);
    await control.blur();
    await expect(control).toHaveAccessibleDescription(words);
    await control.fill(right);
    await expect(control).not.toHaveAttribute('aria-invalid', 'true');
  }
});

test('a running room counts who comes in', async ({ pageOf, host, newBuyer }) => {
  test.slow();
  const id = await host.save({ starts_at: nowIn('Europe/Bucharest'), fee: '0', listing: 'unlisted' }, 'start');
  await host.post(`/host/sessions/${id}/estimate`, { action: 'schedule' });
  const buyer = await (await newBuyer()).register(await host.slugOf(id));
  await buyer.pay();
  await host.pay(id, 'start');
  const page = await pageOf('host');
  await page.goto(`/host/sessions/${id}/room`);
  await hydrated(page);
  await spoken(page);
  await expect(page.getByRole('rowheader', { name: buyer.who.name })).toHaveCount(0);
  await buyer.http.get(`/join/${await buyer.orderField('registration_id')}`);
  await expect(page.getByRole('rowheader', { name: buyer.who.name })).toBeVisible({ timeout: 15_000 });
});
