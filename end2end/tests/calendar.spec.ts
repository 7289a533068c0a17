import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';
import { expect, test } from '../support/test';
import { day } from '../support/own';
import { expectPaid, payByCard, register } from '../support/steps';

test('the calendar file says when, in UTC, and stays the same event', async ({ page, scripts, host }) => {
  // Summer time in Bucharest, so that today's offset would be wrong.
  const year = new Date().getFullYear() + 1;
  const made = await host.session({ starts_at: `${year}-07-15T18:30`, time_zone: 'Europe/Bucharest', duration_minutes: '90' });
  await register(page, made.slug);
  await payByCard(page);
  await expectPaid(page, scripts);
  const link = page.getByRole('link', { name: /\.ics/ });
  if (!(await link.isVisible())) await page.getByText('Add to calendar').click();
  const download = async () => {
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(file.suggestedFilename()).toMatch(/\.ics$/);
    return readFileSync(await file.path(), 'utf8');
  };
  const text = await download();
  expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75), 'lines are folded').toBe(true);
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  expect(events).toHaveLength(1);
  const [event] = events;
  expect(event.summary).toContain(made.topic);
  expect(event.startDate.toJSDate().toISOString()).toBe(`${year}-07-15T15:30:00.000Z`);
  expect(event.endDate.toJSDate().toISOString()).toBe(`${year}-07-15T17:00:00.000Z`);
  expect(event.uid).toBeTruthy();
  const again = new ICAL.Event(new ICAL.Component(ICAL.parse(await download())).getFirstSubcomponent('vevent')!);
  expect(again.uid).toBe(event.uid);
});

test('nobody gets the file for a seat that is not paid', async ({ host, newBuyer }) => {
  const made = await host.session({ starts_at: day(40) });
  const buyer = await (await newBuyer()).register(made.slug);
  const answer = await buyer.http.get(`/order/${buyer.order}/calendar.ics`, { maxRedirects: 0 });
  expect(answer.headers()['content-type'] ?? '').not.toContain('text/calendar');
});
