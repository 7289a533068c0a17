/** Every page of the product, for tests that look at all of them. */

import type { Buyer } from './buyer';
import type { Host } from './host';
import type { Role } from './people';

export interface Place {
  name: string;
  role: Role;
  path: string;
}

/** What the places below need to exist: an order held, one paid, and a session with an estimate. */
export interface Things {
  held: string;
  paid: string;
  registration: string;
  session: string;
  running: string;
}

export async function makeThings(host: Host, newBuyer: () => Promise<Buyer>, startsAt: string): Promise<Things> {
  const made = await host.session({ listing: 'unlisted' });
  const [held, paid] = [await (await newBuyer()).register(made.slug), await (await newBuyer()).register(made.slug)];
  await held.promo('TRAIN20');
  await paid.pay();
  const running = await host.save({ starts_at: startsAt, listing: 'unlisted' }, 'start');
  await host.pay(running, 'start');
  return { held: held.order, paid: paid.order, registration: (await paid.orderField('registration_id')) ?? '', session: made.id, running };
}

export function places(things: Things): Place[] {
  const of = (role: Role, pages: Record<string, string>) => Object.entries(pages).map(([name, path]) => ({ role, name, path }));
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
      'not-found': '/no-such-page',
    }),
    ...of('host', {
      host: '/host',
      'host-new': '/host/sessions/new',
      'host-session': `/host/sessions/${things.session}`,
      'host-estimate': `/host/sessions/${things.session}/estimate?action=schedule`,
      'host-pay': `/host/sessions/${things.session}/pay?action=schedule`,
      'host-room': `/host/sessions/${things.running}/room`,
      'host-forbidden': '/admin',
    }),
    ...of('division', { division: '/division' }),
    ...of('admin', {
      admin: '/admin',
      'admin-orders': '/admin/orders',
      'admin-promo-codes': '/admin/promo-codes',
      'admin-promo-new': '/admin/promo-codes/new',
      'admin-processors': '/admin/processors',
      'admin-rates': '/admin/rates',
      'admin-reports': '/admin/reports',
      'admin-people': '/admin/people',
      'admin-audit': '/admin/audit',
      'admin-settings': '/admin/settings',
    }),
    ...of('manager', { manager: '/manager' }),
  ];
}
