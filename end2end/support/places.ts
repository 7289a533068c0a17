/** Every page of the product, for tests that look at all of them. */

import type { APIRequestContext } from '@playwright/test';
import type { Buyer } from './buyer';
import { Host } from './host';
import type { Role } from './people';

export interface Place {
  name: string;
  role: Role;
  path: string;
  status: number;
}

/** What the places below need to exist: an order held, one paid, and a session with an estimate. */
export interface Things {
  held: string;
  paid: string;
  registration: string;
  session: string;
  running: string;
}

/** Made by the second host, whose list stays short: the other's sessions are made by the dozen. */
export async function makeThings(http: APIRequestContext, newBuyer: () => Promise<Buyer>, startsAt: string): Promise<Things> {
  const host = new Host(http);
  const made = await host.session();
  const [held, paid] = [await (await newBuyer()).register(made.slug), await (await newBuyer()).register(made.slug)];
  await held.promo('TRAIN20');
  await paid.pay();
  const running = await host.save({ starts_at: startsAt }, 'start');
  await host.pay(running, 'start');
  return { held: held.order, paid: paid.order, registration: (await paid.orderField('registration_id')) ?? '', session: made.id, running };
}

export function places(things: Things): Place[] {
  const of = (role: Role, pages: Record<string, string>, status = 200) =>
    Object.entries(pages).map(([name, path]) => ({ role, name, path, status }));
  return [
    ...of('nobody', {
      catalogue: '/',
      'catalogue-found': '/?q=negotiation',
      'catalogue-nothing': '/?q=zzzzzz',
      session: '/s/negotiation-skills',
      'session-sold-out': '/s/feedback-for-managers',
      'session-over': '/s/project-estimation',
      'session-romanian': '/s/prezentari-care-conving',
      register: '/s/negotiation-skills/register',
      'register-questions': '/s/rust-for-backend-engineers/register',
      checkout: `/checkout/${things.held}`,
      'order-held': `/order/${things.held}`,
      'order-paid': `/order/${things.paid}`,
      join: `/join/${things.registration}`,
      'sign-in': '/sign-in',
      help: '/help',
    }),
    ...of('nobody', { 'not-found': '/no-such-page' }, 404),
    ...of('host2', {
      host: '/host',
      'host-new': '/host/sessions/new',
      'host-session': `/host/sessions/${things.session}`,
      'host-estimate': `/host/sessions/${things.session}/estimate?action=schedule`,
      'host-pay': `/host/sessions/${things.session}/pay?action=schedule`,
      'host-room': `/host/sessions/${things.running}/room`,
    }),
    ...of('host2', { 'host-forbidden': '/admin' }, 403),
    ...of('division', { division: '/division' }),
    ...of('admin', {
      admin: '/admin',
      'admin-orders': '/admin/orders',
      'admin-promo-codes': '/admin/promo-codes',
      'admin-promo-new': '/admin/promo-codes/new',
      'admin-processors': '/admin/processors',
      'admin-processor': '/admin/processors/payflow?mode=test',
      'admin-processor-new': '/admin/processors/offline?mode=live',
      'admin-rates': '/admin/rates',
      'admin-people': '/admin/people',
      'admin-audit': '/admin/audit',
      'admin-settings': '/admin/settings',
    }),
    ...of('manager', { manager: '/manager' }),
  ];
}
