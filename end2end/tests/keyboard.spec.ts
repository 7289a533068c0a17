import { expect, test } from '../support/test';
import { CARD } from '../support/cards';
import { person } from '../support/own';
import { expectPaid } from '../support/steps';

test('a seat is bought with the keyboard alone', async ({ page, scripts, browserName }) => {
  test.skip(browserName !== 'chromium');
  const focused = () => page.evaluate(() => {
    const e = document.activeElement as HTMLElement | null;
    return e ? { name: e.getAttribute('name') ?? '', text: (e.textContent ?? '').trim(), tag: e.tagName } : null;
  });
  const tabTo = async (is: (at: { name: string; text: string; tag: string }) => boolean, what: string) => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      const at = await focused();
      if (at && is(at)) return;
    }
    throw new Error(`Tab never reached ${what}`);
  };
  const type = async (name: string, text: string) => {
    await tabTo((at) => at.name === name, name);
    await page.keyboard.type(text);
  };
  await page.goto('/s/negotiation-skills');
  await page.keyboard.press('Tab');
  expect((await focused())?.text).toBe('Skip to content');
  await tabTo((at) => at.tag === 'A' && at.text === 'Register', 'the link Register');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/register/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Register');
  const who = person();
  await type('name', who.name);
  await type('email', who.email);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/checkout\//);
  for (const name of ['card_number', 'card_expiry', 'card_csc', 'card_name', 'billing_line1', 'billing_postcode', 'billing_city'] as const) {
    await type(name, CARD[name]);
  }
  await tabTo((at) => at.name === 'billing_country', 'the country');
  await page.keyboard.type('United K');
  await tabTo((at) => at.name === 'accept_terms', 'the terms');
  await page.keyboard.press('Space');
  await tabTo((at) => at.tag === 'BUTTON' && /^Pay /.test(at.text), 'the pay button');
  await page.keyboard.press('Enter');
  await expectPaid(page, scripts);
});
