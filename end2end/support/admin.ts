/** The demo's administrator without a browser: makes promo codes that belong to one test. */

import { expect, type APIRequestContext } from '@playwright/test';
import { unique } from './own';

export interface PromoForm {
  code: string;
  kind: 'percent' | 'fixed';
  percent: string;
  amount: string;
  uses_max: string;
  uses_per_person_max: string;
}

export class Admin {
  constructor(readonly http: APIRequestContext) {}

  /** A new code; answers it. */
  async promo(form: Partial<PromoForm>): Promise<string> {
    const code = form.code ?? `OWN-${unique().toUpperCase()}`;
    const answer = await this.http.post('/admin/promo-codes', { form: { ...form, code }, maxRedirects: 0 });
    expect(answer.status(), `creating the code ${code}`).toBe(303);
    return code;
  }
}
