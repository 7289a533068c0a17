import { expect, test } from '../support/test';
import { expectAmount, expectState, input, plain } from '../support/fields';

test('an administrator refunds a part, then the rest, and the buyer sees both', async ({ page, pageOf, host, newBuyer, scripts }) => {
  const { slug } = await host.session({ fee: '100.00' });
  const buyer = await (await newBuyer()).register(slug);
  await buyer.pay();
  const desk = await pageOf('admin');
  await desk.goto(`/admin/orders?day=all&q=${encodeURIComponent(buyer.who.email)}`);
  await desk.getByRole('row').filter({ hasText: buyer.who.name }).getByRole('link').first().click();
  await expectState(desk, 'paid');
  await expectAmount(desk, 'left', '100.00');

  await desk.getByLabel('Amount to refund').fill('40');
  await desk.getByLabel('Reason').selectOption({ label: 'The buyer asked for it' });
  const button = desk.getByRole('button', { name: /^Refund EUR/ });
  if (scripts) {
    await expect(button).toHaveText(/40\.00/);
  } else {
    // The button named all of it: another amount is asked about again before anything moves.
    await button.click();
    await expect(input(desk, 'amount')).toHaveAttribute('aria-invalid', 'true');
    await expect(button).toHaveText(/40\.00/);
  }
  await button.click();
  await expect(desk.locator('tr[data-refund="done"]')).toHaveCount(1);
  await expectState(desk, 'paid');
  await expectAmount(desk, 'left', '60.00');

  await desk.getByLabel('Reason').selectOption({ label: 'Good will' });
  await desk.getByRole('button', { name: /^Refund EUR/ }).click();
  await expectState(desk, 'refunded');
  await expect(desk.locator('tr[data-refund="done"]')).toHaveCount(2);
  await expect(desk.getByRole('button', { name: /^Refund EUR/ })).toHaveCount(0);

  await page.goto('/admin/unknown');
  await expect(page).toHaveURL(/sign-in/);
  await desk.goto('/admin/unknown');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Money in question');
  expect(plain(await desk.getByRole('main').innerText())).not.toContain(buyer.who.email);
});
