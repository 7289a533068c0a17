/** What hosts do on the pages, in words. Works with scripts and without. */

import { expect, type Page } from '@playwright/test';
import type { ScheduleForm } from './host';
import { expectAmount, input, read } from './fields';

/** The wall clock of a zone, `YYYY-MM-DDTHH:MM`. */
export function nowIn(zone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(new Date());
  return parts.replace(' ', 'T');
}

/** Sets a control of whatever kind the page has for the name. */
export async function set(page: Page, name: string, value: string): Promise<void> {
  const control = input(page, name).first();
  const kind = await control.evaluate((e) => (e instanceof HTMLInputElement ? e.type : e.tagName.toLowerCase()));
  if (kind === 'select') await control.selectOption(value);
  else if (kind === 'radio') await page.locator(`[name="${name}"][value="${value}"]`).check();
  else if (kind === 'checkbox') await control.setChecked(value !== '');
  else await control.fill(value);
}

/** What the control of a name holds. */
export async function valueOf(page: Page, name: string): Promise<string> {
  const radios = page.locator(`input[type="radio"][name="${name}"]`);
  if (await radios.count()) return page.locator(`input[name="${name}"]:checked`).inputValue();
  const control = input(page, name).first();
  const isBox = await control.evaluate((e) => e instanceof HTMLInputElement && e.type === 'checkbox');
  if (isBox) return (await control.isChecked()) ? '1' : '';
  return control.inputValue();
}

/** Fills the schedule page. The fee goes before the registration box, which it may lock; audio before who is on it. */
export async function fillSchedule(page: Page, form: Partial<ScheduleForm>): Promise<void> {
  const order: (keyof ScheduleForm)[] = [
    'topic', 'description', 'starts_at', 'time_zone', 'duration_minutes', 'capacity', 'listing', 'require_registration', 'fee', 'audio',
    'expected_computers', 'expected_teleconference',
  ];
  for (const name of order) {
    const value = form[name];
    if (value === undefined) continue;
    const control = input(page, name).first();
    if (!(await control.isEnabled())) continue;
    await set(page, name, value);
  }
}

/** The estimate page's numbers, as spec.md's vectors give them. */
export interface Vector {
  duration: string;
  computers: string;
  people_minutes: string;
  teleconference_minutes: string;
  tax: string;
  total: string;
}

export const FULL: Vector = {
  duration: '90', computers: '25', people_minutes: '2250', teleconference_minutes: '1620', tax: '30.61', total: '191.71',
};
export const NO_AUDIO: Vector = {
  duration: '60', computers: '10', people_minutes: '600', teleconference_minutes: '0', tax: '5.70', total: '35.70',
};

export async function expectEstimate(page: Page, vector: Vector): Promise<void> {
  for (const [name, amount] of Object.entries(vector)) await expectAmount(page, name, amount);
  expect(await read(page, 'people_rate')).toBe('0.05');
  expect(await read(page, 'teleconference_rate')).toBe('0.03');
}
