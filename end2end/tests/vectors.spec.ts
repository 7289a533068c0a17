import { expect, test } from '../support/test';
import { expectAmount } from '../support/fields';
import { applyCode, payButton, register } from '../support/steps';

/** spec.md, "Test vectors": on the page. Those of the estimate are in host.spec.ts; yen are no currency of the demo. */

test('33 % off 99.99 is 33.00, and 66.99 is paid', async ({ page, host, admin }) => {
  const [{ slug }, code] = [await host.session({ fee: '99.99' }), await admin.promo({ kind: 'percent', percent: '33' })];
  await register(page, slug);
  await applyCode(page, code);
  await expectAmount(page, 'total', '66.99');
  await expectAmount(page, 'discount', '33.00');
});

test('150.00 off 99.99 takes off 99.99 and leaves nothing to pay', async ({ page, host, admin }) => {
  const [{ slug }, code] = [await host.session({ fee: '99.99' }), await admin.promo({ kind: 'fixed', amount: '150.00' })];
  await register(page, slug);
  await applyCode(page, code);
  await expectAmount(page, 'total', '0.00');
  await expectAmount(page, 'discount', '99.99');
  await expect(payButton(page)).toHaveText(/Complete registration/);
});

test('10 % off 119.00 with 19 % tax inside is 107.10, 17.10 of it tax', async ({ page, host, admin }) => {
  const [{ slug }, code] = [await host.session({ fee: '119,00' }), await admin.promo({ kind: 'percent', percent: '10' })];
  await register(page, slug);
  await expectAmount(page, 'tax', '19.00');
  await applyCode(page, code);
  await expectAmount(page, 'total', '107.10');
  await expectAmount(page, 'tax', '17.10');
});
