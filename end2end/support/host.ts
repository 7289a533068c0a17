/** The demo's host without a browser: makes sessions that belong to one test. */

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test';
import { CARD } from './cards';
import { inputValue } from './html';
import { day, unique } from './own';

/** The schedule page's form (design.md §9). */
export interface ScheduleForm {
  topic: string;
  description: string;
  starts_at: string;
  time_zone: string;
  duration_minutes: string;
  capacity: string;
  fee: string;
  require_registration: string;
  expected_computers: string;
  audio: string;
  expected_teleconference: string;
  listing: string;
}

/** The estimate of spec.md's first vector: 90 minutes, 25 computers, 18 of them on the teleconference. */
export function vector(): ScheduleForm {
  return {
    topic: `Own session ${unique()}`,
    description: 'Made by a test, for itself.',
    starts_at: day(30),
    time_zone: 'Europe/Bucharest',
    duration_minutes: '90',
    capacity: '24',
    fee: '100.00',
    require_registration: '1',
    expected_computers: '25',
    audio: 'call_in',
    expected_teleconference: '18',
    listing: 'all',
  };
}

export interface Made {
  id: string;
  slug: string;
  topic: string;
}

export class Host {
  constructor(readonly http: APIRequestContext) {}

  async post(path: string, form: Record<string, string>): Promise<APIResponse> {
    return this.http.post(path, { form, maxRedirects: 0 });
  }

  /** Saves a session, unlisted so that the catalogue stays as it is; answers its id. With pay-per-use it leads to the estimate. */
  async save(form: Partial<ScheduleForm> = {}, action = 'schedule'): Promise<string> {
    const answer = await this.post('/host/sessions/new', { ...vector(), listing: 'unlisted', ...form, action });
    expect(answer.status(), await refusalOf(answer)).toBe(303);
    const id = /^\/host\/sessions\/([0-9a-f-]+)\/estimate/.exec(answer.headers().location ?? '')?.[1];
    expect(id, `saving leads to the estimate, not to ${answer.headers().location}`).toBeTruthy();
    return id!;
  }

  /** A session open for registrations whose usage is still to be paid. */
  async session(form: Partial<ScheduleForm> = {}): Promise<Made> {
    const topic = form.topic ?? `Own session ${unique()}`;
    const id = await this.save({ ...form, topic });
    const answer = await this.post(`/host/sessions/${id}/estimate`, { action: 'schedule' });
    expect(answer.status(), 'scheduling from the estimate').toBe(303);
    return { id, slug: await this.slugOf(id), topic };
  }

  /** The session's public address, from the host's own list. */
  async slugOf(id: string): Promise<string> {
    const html = await (await this.http.get('/host')).text();
    const row = new RegExp(`<tr[^>]*data-session="${id}"[^]*?</tr>`).exec(html)?.[0] ?? '';
    const slug = /href="\/s\/([^"/?]+)"/.exec(row)?.[1];
    expect(slug, 'the list of sessions links to the public page').toBeTruthy();
    return slug!;
  }

  /** The payment form of a session's usage, as a browser without scripts would send it. */
  async payForm(id: string, action: 'start' | 'schedule', card: Partial<typeof CARD> = {}): Promise<{ path: string; form: Record<string, string> }> {
    const answer = await this.post(`/host/sessions/${id}/estimate`, { action });
    expect(answer.status(), 'the estimate leads to the payment').toBe(303);
    const location = answer.headers().location;
    const html = await (await this.http.get(location)).text();
    const form: Record<string, string> = { method: 'card', ...CARD, accept_terms: '1', ...card };
    for (const name of ['attempt_key', 'quote_version', 'method', 'action', 'intent']) {
      const value = inputValue(html, name);
      if (value !== undefined) form[name] = value;
    }
    const path = /<form[^>]*action="([^"]*\/pay[^"]*)"/.exec(html)?.[1].replaceAll('&amp;', '&') ?? location;
    return { path, form };
  }

  async pay(id: string, action: 'start' | 'schedule', card: Partial<typeof CARD> = {}): Promise<APIResponse> {
    const { path, form } = await this.payForm(id, action, card);
    return this.post(path, form);
  }
}

/** Enough of a refused page to see why. */
async function refusalOf(answer: APIResponse): Promise<string> {
  const html = await answer.text();
  const errors = [...html.matchAll(/class="(?:field__error|error-summary__list)[^"]*"[^>]*>([^]*?)<\/(?:p|ul)>/g)];
  return errors.map(([, text]) => text.replace(/<[^>]*>/g, ' ').trim()).filter(Boolean).join(' | ');
}
