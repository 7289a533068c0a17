/** Values by `data-field` and `data-state`, the product's contract with tests from outside (design.md §9). */

import { expect, type Locator, type Page } from '@playwright/test';

export type Lang = 'en' | 'ro';

export function field(page: Page | Locator, name: string): Locator {
  return page.locator(`[data-field="${name}"]`);
}

/** The text or the value of the one element that carries the name. */
export async function read(page: Page | Locator, name: string): Promise<string> {
  const element = field(page, name);
  await expect(element, `one data-field="${name}"`).toHaveCount(1);
  const text = await element.evaluate((e) => ('value' in e && e.tagName === 'INPUT' ? String(e.value) : (e.textContent ?? '')));
  return text.trim();
}

/** `EUR 1,234.50`, `1.234,50 EUR` → `1234.50`. */
export function plain(text: string, lang: Lang = 'en'): string {
  const [group, point] = lang === 'en' ? [',', '.'] : ['.', ','];
  const number = text.replace(/\u2212/g, '-').replace(/[^0-9.,-]/g, '');
  return number.replaceAll(group, '').replace(point, '.');
}

/** Waits until the field shows the amount. What is taken off may be written with a minus or without. */
export async function expectAmount(page: Page | Locator, name: string, amount: string, lang: Lang = 'en'): Promise<void> {
  const shown = async () => plain(await read(page, name), lang).replace(name === 'discount' ? /^-/ : /^$/, '');
  await expect.poll(shown, { message: `data-field="${name}"` }).toBe(amount);
}

/** Waits until the page's main element is in the state. */
export async function expectState(page: Page, state: string | RegExp): Promise<void> {
  await expect(page.locator('main')).toHaveAttribute('data-state', state);
}

/** The input of the contract's name that can be seen. */
export function input(page: Page | Locator, name: string): Locator {
  return page.locator(`[name="${name}"]:not([type="hidden"])`);
}
