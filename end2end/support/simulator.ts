/** The payment simulator's own books: what was really charged, whatever pages say. */

import { expect, request } from '@playwright/test';

const url = process.env.LECTERN_SANDBOX_URL ?? 'http://127.0.0.1:3001';

interface Entry {
  type: string;
  amount_minor: number;
  state: string;
}

async function entries(): Promise<Entry[]> {
  const context = await request.newContext({ baseURL: url });
  try {
    const answer = await context.get('/control/ledger');
    expect(answer.status(), 'the simulator’s books').toBe(200);
    return (await answer.json()).entries;
  } finally {
    await context.dispose();
  }
}

/** How many sales of exactly this amount were booked and not undone. */
export async function salesOf(amount: string): Promise<number> {
  const minor = Math.round(Number(amount) * 100);
  return (await entries()).filter((e) => e.type === 'sale' && e.state === 'captured' && e.amount_minor === minor).length;
}
