import { expect, test as setup } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { addressOf, FIRST_PAGE, PASSWORD, ROLES, stateOf } from '../support/people';

for (const role of ROLES) {
  setup(`sign in as ${role}`, async ({ request }) => {
    const answer = await request.post('/sign-in', { form: { email: addressOf(role), password: PASSWORD }, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location, 'the role’s first page').toBe(FIRST_PAGE[role]);
    const file = stateOf(role)!;
    mkdirSync(path.dirname(file), { recursive: true });
    await request.storageState({ path: file });
  });
}
