/** Data that no other test has. */

import { randomInt, randomUUID } from 'node:crypto';

export interface Person {
  name: string;
  email: string;
}

/** Eight characters nobody else has. */
export function unique(): string {
  return randomUUID().slice(0, 8);
}

export function person(): Person {
  const id = unique();
  return { name: `Ada ${id}`, email: `ada.${id}@example.com` };
}

/**
 * A fee by which a purchase can be told from all others in the simulator's books. Under 1,000.00, from where amounts ask the
 * simulator for results.
 */
export function ownFee(): string {
  return `${randomInt(200, 900)}.${String(randomInt(1, 99)).padStart(2, '0')}`;
}

/** `YYYY-MM-DDTHH:MM`, so many days from today. */
export function day(days: number, time = '10:00'): string {
  const date = new Date(Date.now() + days * 86_400_000);
  return `${date.toISOString().slice(0, 10)}T${time}`;
}
