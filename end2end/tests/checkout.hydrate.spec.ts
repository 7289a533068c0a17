import { expect, hydrated, test } from '../support/test';
import { AMEX } from '../support/cards';
import { expectAmount, expectState, field, input } from '../support/fields';
import { acceptTerms, applyCode, expectPaid, fillCard, payButton, readPrice, register, removeCode } from '../support/steps';
import { navigations, spoken } from '../support/live';

test.beforeEach(async ({ page }) => {
  await register(page, 'negotiation-skills');
  await hydrated(page);
});

test('a code changes the price in place: nothing is reloaded, nothing typed is lost, and it is said', async ({ page }) => {
  await fillCard(page);
  const pages = navigations(page);
  const said = await spoken(page);
  await applyCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '80.00');
  await expect(payButton(page)).toHaveText(/Pay EUR\s80\.00/);
  await expect.poll(said).toContain('Code TRAIN20 applied. You save EUR 20.00; the total is now EUR 80.00.');
  await expect(input(page, 'card_number')).toHaveValue('4111 1111 1111 1111');
  await expect(input(page, 'card_csc')).toHaveValue('123');
  await removeCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '100.00');
  await expect.poll(said).toContain('Code removed. The total is EUR 100.00.');
  await expect(input(page, 'promo_code')).toBeFocused();
  expect(pages()).toEqual([]);
});

test('a code is applied on leaving the field, too', async ({ page }) => {
  await page.getByText('Have a code?').click();
  await input(page, 'promo_code').fill('welcome15');
  await input(page, 'card_name').focus();
  await expectAmount(page, 'total', '85.00');
});

test('a wrong code is said, and nothing else changes', async ({ page }) => {
  const said = await spoken(page);
  await applyCode(page, 'NOSUCHCODE');
  await expect.poll(said).toMatch(/do not know this code/);
  await expect(input(page, 'promo_code')).toBeFocused();
  await expectAmount(page, 'total', '100.00');
});

test('a code for everything hides the payment and gives it back as it was', async ({ page }) => {
  await fillCard(page);
  await applyCode(page, 'FREEPASS');
  await expect(payButton(page)).toHaveText(/Complete registration/);
  await expect(input(page, 'card_number')).toBeHidden();
  await removeCode(page, 'FREEPASS');
  await expect(payButton(page)).toHaveText(/Pay EUR\s100\.00/);
  await expect(input(page, 'card_number')).toHaveValue('4111 1111 1111 1111');
  await expect(input(page, 'billing_city')).toHaveValue('London');
  await acceptTerms(page);
  await readPrice(page);
  await payButton(page).click();
  await expectPaid(page, true);
});

test('a price that has just changed is not paid by the same press', async ({ page }) => {
  await fillCard(page);
  await acceptTerms(page);
  const said = await spoken(page);
  await applyCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '80.00');
  await payButton(page).click();
  await expect.poll(said).toMatch(/press the button again/);
  await readPrice(page);
  await payButton(page).click();
  await expectPaid(page, true);
  await expectAmount(page, 'total', '80.00');
});

test('the card number is grouped while typing, whatever is typed or pasted, and the caret stays', async ({ page }) => {
  const number = input(page, 'card_number');
  await number.pressSequentially('4111111111111111');
  await expect(number).toHaveValue('4111 1111 1111 1111');
  await expect(page.getByText('Visa', { exact: true })).toBeVisible();
  await number.fill('');
  await number.fill('4111-1111 1111-1111');
  await expect(number).toHaveValue('4111 1111 1111 1111');
  // A digit typed into the middle stays where it was typed.
  await number.fill('4111 111');
  await number.evaluate((e: HTMLInputElement) => e.setSelectionRange(2, 2));
  await number.pressSequentially('9');
  await expect(number).toHaveValue('4191 1111');
  expect(await number.evaluate((e: HTMLInputElement) => e.selectionStart)).toBe(3);
  await number.fill('');
  await number.pressSequentially(AMEX);
  await expect(number).toHaveValue('3782 822463 10005');
  await expect(page.getByText('American Express', { exact: true })).toBeVisible();
  await expect(page.getByText('4 digits on the front')).toBeVisible();
  for (let i = 0; i < 3; i += 1) await number.press('Backspace');
  await expect(number).toHaveValue(/^3782 822463 10$/);
});

test('the expiry gets its slash, in whichever form it is typed', async ({ page }) => {
  const expiry = input(page, 'card_expiry');
  for (const typed of ['0434', '4/34', '04/2034', '04 / 34']) {
    await expiry.fill('');
    await expiry.pressSequentially(typed);
    await expect(expiry, typed).toHaveValue('04 / 34');
  }
});

test('mistakes are told on leaving a field, and untold as soon as they are mended', async ({ page }) => {
  const number = input(page, 'card_number');
  await number.pressSequentially('4111111111111112');
  await expect(number).not.toHaveAttribute('aria-invalid', 'true');
  await number.blur();
  await expect(number).toHaveAttribute('aria-invalid', 'true');
  await expect(number).toHaveAccessibleDescription(/typing mistake/);
  await expect(number).toHaveValue('4111 1111 1111 1112');
  await number.press('End');
  await number.press('Backspace');
  await number.press('1');
  await expect(number).not.toHaveAttribute('aria-invalid', 'true');
});

test('the countdown runs', async ({ page }) => {
  const clock = page.getByRole('timer');
  await expect(clock).toContainText(/1[45]:\d\d/);
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before!, { timeout: 3_000 });
});

test('keeping the seat longer stays on the page', async ({ page }) => {
  await fillCard(page);
  const pages = navigations(page);
  const said = await spoken(page);
  const keep = page.getByRole('button', { name: 'Keep my seat longer' });
  await expect(keep).toBeVisible();
  await keep.click();
  await expect.poll(said).toMatch(/Your seat is kept for/);
  await expect(input(page, 'card_number')).toHaveValue('4111 1111 1111 1111');
  expect(pages()).toEqual([]);
});

test('while it is on its way the button says so, and pressing again sends nothing', async ({ page }) => {
  let posts = 0;
  // 204 leaves the browser on the page, as an answer that never comes does.
  await page.route('**/pay', async (route) => {
    posts += 1;
    await route.fulfill({ status: 204 });
  });
  await fillCard(page);
  await acceptTerms(page);
  const button = page.locator('.pay-form').getByRole('button').last();
  await button.click();
  await expect(button).toContainText('One moment');
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toBeFocused();
  await button.click({ force: true });
  await button.press('Enter');
  expect(posts).toBe(1);
});

test('autofill knows every field', async ({ page }) => {
  for (const [name, token] of [
    ['card_number', 'cc-number'], ['card_expiry', 'cc-exp'], ['card_csc', 'cc-csc'], ['card_name', 'cc-name'],
    ['billing_line1', 'billing address-line1'], ['billing_city', 'billing address-level2'], ['billing_postcode', 'billing postal-code'],
    ['billing_country', 'billing country'],
  ]) {
    await expect(input(page, name)).toHaveAttribute('autocomplete', token);
  }
  for (const name of ['card_number', 'card_expiry', 'card_csc']) await expect(input(page, name)).toHaveAttribute('inputmode', 'numeric');
});

test('what was typed before the scripts came is kept', async ({ page }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await page.reload({ waitUntil: 'commit' });
  await input(page, 'card_number').fill('4111111111111111');
  await input(page, 'card_name').fill('Early Bird');
  release();
  await hydrated(page);
  await expect(input(page, 'card_number')).toHaveValue(/^4111 ?1111 ?1111 ?1111$/);
  await expect(input(page, 'card_name')).toHaveValue('Early Bird');
  await expectState(page, 'held');
  await expect(field(page, 'total')).toHaveCount(1);
});
