import { expect, request as requests, test } from '@playwright/test';
import { stateOf, type Role } from '../support/people';

const AREAS = ['/host', '/division', '/admin', '/manager'];

test('who has not signed in is asked to, and comes back', async ({ request }) => {
  for (const path of [...AREAS, '/host/sessions/new', '/admin/orders', '/admin/settings']) {
    const answer = await request.get(path, { headers: { accept: 'text/html' }, maxRedirects: 0 });
    expect([302, 303], path).toContain(answer.status());
    const to = new URL(answer.headers().location, 'http://x/');
    expect(to.pathname, path).toBe('/sign-in');
    expect(to.searchParams.get('next'), path).toBe(path);
  }
});

test('each role is let into its own pages only', async ({ baseURL }) => {
  const allowed: Record<Exclude<Role, 'nobody'>, string[]> = {
    host: ['/host'], host2: ['/host'], admin: ['/host', '/admin'], division: ['/division'], manager: ['/manager'],
  };
  for (const [role, pages] of Object.entries(allowed)) {
    const context = await requests.newContext({ baseURL, storageState: stateOf(role as Role) });
    for (const path of AREAS) {
      const status = (await context.get(path, { maxRedirects: 0 })).status();
      if (pages.includes(path)) expect(status, `${role} at ${path}`).toBe(200);
      else expect([403, 404], `${role} at ${path}`).toContain(status);
    }
    await context.dispose();
  }
});

test('a form of another site is not taken', async ({ baseURL }) => {
  const context = await requests.newContext({ baseURL, storageState: stateOf('host') });
  const foreign: Record<string, string>[] = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];
  for (const headers of foreign) {
    const answer = await context.post('/host/sessions/new', { headers, form: { topic: 'x' }, maxRedirects: 0 });
    expect(answer.status()).toBe(403);
  }
  await context.dispose();
});

test('server functions are posts', async ({ request }) => {
  expect((await request.get('/api/list_sessions')).status()).toBe(405);
});

test('every answer carries the headers that protect it', async ({ request }) => {
  for (const path of ['/', '/sign-in', '/no-such-page', '/healthz', '/favicon.svg']) {
    const headers = (await request.get(path)).headers();
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['content-security-policy'], path).toContain("default-src 'none'");
    expect(headers['content-security-policy'], path).not.toContain('unsafe-inline');
    expect(headers['content-security-policy'], path).not.toMatch(/'unsafe-eval'/);
    expect(headers['x-frame-options'], path).toBe('DENY');
    expect(headers['referrer-policy'], path).toBeTruthy();
  }
});

test('health is told to machines', async ({ request }) => {
  expect((await request.get('/healthz')).status()).toBe(200);
  expect((await request.get('/readyz')).status()).toBe(200);
});

test('signing in leads to no other site', async ({ request }) => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    const answer = await request.post('/sign-in', {
      form: { email: 'host@demo.test', password: 'demo-lectern-2026', next }, maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location).toBe('/host');
  }
});

test('what is not there says so, as a page', async ({ request }) => {
  for (const path of ['/no-such-page', '/s/none', '/order/none', '/checkout/none', '/join/none', '/pkg/none.js', '/lang/xx/yy']) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(404);
  }
});
