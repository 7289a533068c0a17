/** A participant without a browser: the plain forms, posted. */

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { CARD } from './cards';
import { fieldText, inputValue, stateOf } from './html';
import { person, type Person } from './own';

export class Buyer {
  readonly who: Person = person();
  /** The order's part of its address, once registered. */
  order = '';

  constructor(readonly http: APIRequestContext) {}

  async post(path: string, form: Record<string, string>): Promise<APIResponse> {
    return this.http.post(path, { form, maxRedirects: 0 });
  }

  /** Posts the registration; the caller looks at the answer. */
  async tryRegister(slug: string, more: Record<string, string> = {}): Promise<APIResponse> {
    const answer = await this.post(`/s/${slug}/register`, { ...this.who, ...more });
    const location = answer.headers().location ?? '';
    if (answer.status() === 303) this.order = /^\/checkout\/([^/?]+)/.exec(location)?.[1] ?? '';
    return answer;
  }

  /** Registers and holds a seat. */
  async register(slug: string): Promise<this> {
    const answer = await this.tryRegister(slug);
    expect(answer.status(), `registering for ${slug}`).toBe(303);
    expect(this.order).not.toBe('');
    return this;
  }

  async checkoutPage(): Promise<string> {
    return (await this.http.get(`/checkout/${this.order}`)).text();
  }

  /** The payment form as a browser without scripts would send it. */
  async payForm(card: Partial<typeof CARD> = {}): Promise<Record<string, string>> {
    const html = await this.checkoutPage();
    const hidden = Object.fromEntries(
      ['attempt_key', 'quote_version', 'method'].flatMap((name) => {
        const value = inputValue(html, name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    expect(hidden.attempt_key, 'the form carries its key').toBeTruthy();
    return { method: 'card', ...CARD, accept_terms: '1', ...hidden, ...card };
  }

  async pay(card: Partial<typeof CARD> = {}): Promise<APIResponse> {
    return this.post(`/checkout/${this.order}/pay`, await this.payForm(card));
  }

  async promo(code: string): Promise<APIResponse> {
    return this.post(`/checkout/${this.order}/promo`, { promo_code: code });
  }

  async removePromo(): Promise<APIResponse> {
    return this.post(`/checkout/${this.order}/promo`, { remove: '1' });
  }

  /** The order's state as its page tells it. */
  async state(): Promise<string | undefined> {
    return stateOf(await (await this.http.get(`/order/${this.order}`)).text());
  }

  async orderField(name: string): Promise<string | undefined> {
    return fieldText(await (await this.http.get(`/order/${this.order}`)).text(), name);
  }

  async checkoutField(name: string): Promise<string | undefined> {
    return fieldText(await this.checkoutPage(), name);
  }
}
