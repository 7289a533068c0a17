import { expect, test } from '../support/test';
import { DECLINED, LOST } from '../support/cards';
import { ownFee, unique } from '../support/own';
import { salesOf } from '../support/simulator';

test('32 identical posts at once charge once', async ({ host, newBuyer }) => {
  const fee = ownFee();
  const buyer = await (await newBuyer()).register((await host.session({ fee })).slug);
  const form = await buyer.payForm();
  const answers = await Promise.all(Array.from({ length: 32 }, () => buyer.post(`/checkout/${buyer.order}/pay`, form)));
  expect(answers.map((a) => a.status()).filter((s) => s !== 303), 'all are led to the order').toEqual([]);
  expect(new Set(answers.map((a) => a.headers().location))).toEqual(new Set([`/order/${buyer.order}`]));
  await expect.poll(() => buyer.state()).toBe('paid');
  expect(await salesOf(fee)).toBe(1);
});

test('two tabs with a form each charge once', async ({ host, newBuyer }) => {
  const fee = ownFee();
  const buyer = await (await newBuyer()).register((await host.session({ fee })).slug);
  const forms = await Promise.all([buyer.payForm(), buyer.payForm()]);
  expect(forms[0].attempt_key).not.toBe(forms[1].attempt_key);
  const answers = await Promise.all(forms.map((form) => buyer.post(`/checkout/${buyer.order}/pay`, form)));
  expect(answers.map((a) => a.status())).toEqual([303, 303]);
  await expect.poll(() => buyer.state()).toBe('paid');
  expect(await salesOf(fee)).toBe(1);
  const later = await buyer.post(`/checkout/${buyer.order}/pay`, { ...forms[0], attempt_key: unique() + unique() });
  expect(later.status()).toBe(303);
  expect(later.headers().location).toBe(`/order/${buyer.order}`);
  expect(await salesOf(fee)).toBe(1);
});

test('fifty buyers of ten seats: ten are in, forty are told', async ({ host, newBuyer }) => {
  const { slug } = await host.session({ capacity: '10', fee: '0', expected_computers: '11', expected_teleconference: '11' });
  const buyers = await Promise.all(Array.from({ length: 50 }, () => newBuyer()));
  const answers = await Promise.all(buyers.map((buyer) => buyer.tryRegister(slug)));
  const counts = countsOf(answers.map((a) => a.status()));
  expect(counts).toEqual({ 303: 10, 409: 40 });
});

test('a price that changed is not charged before it was seen', async ({ host, newBuyer }) => {
  const fee = ownFee();
  const buyer = await (await newBuyer()).register((await host.session({ fee })).slug);
  expect((await buyer.promo('TRAIN20')).status()).toBe(303);
  const form = await buyer.payForm();
  expect((await buyer.removePromo()).status()).toBe(303);
  const answer = await buyer.post(`/checkout/${buyer.order}/pay`, form);
  expect(answer.status()).toBe(409);
  expect(await answer.text()).toMatch(/price changed/i);
  expect(await buyer.state()).toBe('held');
  expect((await buyer.pay()).status()).toBe(303);
  expect(await salesOf(fee)).toBe(1);
});

test('three declines make the buyer wait, and cost nothing', async ({ host, newBuyer }) => {
  const fee = ownFee();
  const buyer = await (await newBuyer()).register((await host.session({ fee })).slug);
  for (let i = 0; i < 3; i += 1) expect((await buyer.pay({ card_number: DECLINED })).status()).toBe(402);
  const fourth = await buyer.pay();
  expect(fourth.status()).toBe(429);
  expect(await fourth.text()).toMatch(/Nothing was charged/);
  expect(await salesOf(fee)).toBe(0);
});

test('while a payment is being checked, a second is not taken', async ({ host, newBuyer }) => {
  const fee = ownFee();
  const buyer = await (await newBuyer()).register((await host.session({ fee })).slug);
  const [lost, other] = await Promise.all([buyer.payForm({ card_number: LOST }), buyer.payForm()]);
  const first = buyer.post(`/checkout/${buyer.order}/pay`, lost);
  await expect.poll(() => buyer.state()).toBe('checking');
  const second = await buyer.post(`/checkout/${buyer.order}/pay`, other);
  expect(second.status()).toBe(303);
  expect(second.headers().location).toBe(`/order/${buyer.order}`);
  await first;
  await expect.poll(() => buyer.state(), { timeout: 15_000 }).toBe('paid');
  expect(await salesOf(fee)).toBe(1);
});

test('guessing codes is slowed down, and nothing else is', async ({ host, newBuyer }) => {
  const buyer = await (await newBuyer()).register((await host.session()).slug);
  const statuses: number[] = [];
  for (let i = 0; i < 12; i += 1) statuses.push((await buyer.promo(`GUESS${i}${unique()}`)).status());
  expect(statuses.slice(0, 10)).toEqual(Array(10).fill(422));
  expect(statuses.at(-1)).toBe(429);
  expect((await buyer.pay()).status()).toBe(303);
});

test('the same address gets one seat, in whichever browser', async ({ host, newBuyer }) => {
  const { slug } = await host.session({ capacity: '5' });
  const [one, other] = [await newBuyer(), await newBuyer()];
  await one.register(slug);
  const order = one.order;
  await one.register(slug);
  expect(one.order, 'the browser that began it goes on with it').toBe(order);
  Object.assign(other.who, one.who);
  expect((await other.tryRegister(slug)).status()).toBe(409);
});

test('missing fields are told by name, with what was typed kept', async ({ host, newBuyer }) => {
  const buyer = await newBuyer();
  const { slug } = await host.session();
  const answer = await buyer.post(`/s/${slug}/register`, { name: 'Ada <Lovelace>', email: '' });
  expect(answer.status()).toBe(422);
  expect(await answer.text()).toContain('Ada &lt;Lovelace&gt;');
  await buyer.register(slug);
  const form = await buyer.payForm();
  delete form.accept_terms;
  const paid = await buyer.post(`/checkout/${buyer.order}/pay`, form);
  expect(paid.status()).toBe(422);
  const html = await paid.text();
  expect(html).not.toContain('4111111111111111');
  expect(html).toContain('SW1Y 4JH');
});

function countsOf(values: number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
