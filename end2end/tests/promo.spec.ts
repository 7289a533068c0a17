import { expect, test } from '../support/test';
import { expectAmount, expectState, input } from '../support/fields';
import { acceptTerms, applyCode, expectPaid, payButton, payByCard, readPrice, register, removeCode } from '../support/steps';

const SESSION = 'negotiation-skills';

for (const [code, reason] of [
  ['NOSUCHCODE', /do not know this code/],
  ['EXPIRED10', /expired on/],
  ['COMINGSOON', /valid from/],
  ['RUST40', /for other sessions/],
  ['STAFF-ACME', /for other people/],
] as const) {
  test(`${code} is refused with its reason and changes nothing`, async ({ page }) => {
    await register(page, SESSION);
    await applyCode(page, code);
    const box = input(page, 'promo_code');
    await expect(box).toHaveAccessibleDescription(reason);
    await expect(box).toHaveAttribute('aria-invalid', 'true');
    await expect(box).toHaveValue(code);
    await expectAmount(page, 'total', '100.00');
    await expectAmount(page, 'discount', '0.00');
  });
}

test('a fixed amount comes off, and comes back when the code is removed', async ({ page, scripts }) => {
  await register(page, SESSION);
  await applyCode(page, ' welcome15 ');
  await expectAmount(page, 'total', '85.00');
  await expectAmount(page, 'discount', '15.00');
  await removeCode(page, 'WELCOME15');
  await expectAmount(page, 'total', '100.00');
  await expectAmount(page, 'discount', '0.00');
  await applyCode(page, 'WELCOME15');
  await expectAmount(page, 'total', '85.00');
  if (scripts) await readPrice(page);
  await payByCard(page);
  await expectPaid(page, scripts);
  await expectAmount(page, 'total', '85.00');
});

test('a code for everything leaves nothing to pay and asks for no card', async ({ page, scripts }) => {
  await register(page, SESSION);
  await applyCode(page, 'FREEPASS');
  await expectAmount(page, 'total', '0.00');
  await expectAmount(page, 'discount', '100.00');
  await expect(payButton(page)).toHaveText(/Complete registration/);
  await expect(input(page, 'card_number')).toBeHidden();
  if (scripts) await readPrice(page);
  await acceptTerms(page);
  await payButton(page).click();
  await expectPaid(page, scripts);
  await expectAmount(page, 'total', '0.00');
});

test('the last use of a code goes to one; giving it back frees it', async ({ page, newBuyer }) => {
  const other = await (await newBuyer()).register(SESSION);
  // The other project's test takes the only use now and then, for a moment.
  await expect(async () => expect((await other.promo('LASTONE')).status()).toBe(303)).toPass({ timeout: 15_000 });
  try {
    await register(page, SESSION);
    await applyCode(page, 'LASTONE');
    await expect(input(page, 'promo_code')).toHaveAccessibleDescription(/All uses of this code are taken/);
    await expectAmount(page, 'total', '100.00');
  } finally {
    await other.removePromo();
  }
});

test('a code in the session’s address is applied in sight', async ({ page }) => {
  await page.goto(`/s/${SESSION}?code=TRAIN20`);
  await page.getByRole('main').getByRole('link', { name: 'Register', exact: true }).click();
  await expect(page.getByText('The code TRAIN20 will be applied')).toBeVisible();
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Your e-mail').fill(`ada.${Date.now()}.${Math.random()}@example.com`);
  await page.getByRole('button', { name: /^Continue/ }).click();
  await page.waitForURL(/\/checkout\//);
  await expectAmount(page, 'total', '80.00');
  await removeCode(page, 'TRAIN20');
  await expectAmount(page, 'total', '100.00');
});

test('a refused code in the session’s address says why at its field', async ({ page }) => {
  await page.goto(`/s/${SESSION}/register?code=EXPIRED10`);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Your e-mail').fill(`ada.${Date.now()}.${Math.random()}@example.com`);
  await page.getByRole('button', { name: /^Continue/ }).click();
  await page.waitForURL(/\/checkout\//);
  await expect(input(page, 'promo_code')).toHaveValue('EXPIRED10');
  await expect(input(page, 'promo_code')).toHaveAccessibleDescription(/expired on/);
  await expectAmount(page, 'total', '100.00');
});

test('a code typed and not applied is never a silent full price', async ({ page, scripts }) => {
  test.skip(!scripts, 'without scripts two forms cannot know of each other: the code’s own button says Apply');
  await register(page, SESSION);
  await page.getByText('Have a code?').click();
  await input(page, 'promo_code').fill('TRAIN20');
  await acceptTerms(page);
  await payButton(page).click();
  await expectAmount(page, 'total', '80.00');
  await expectState(page, 'held');
});
