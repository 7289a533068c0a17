import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';

/** `cargo xtask e2e` sets all three; alone, the tests take the demo that `cargo xtask serve` runs. */
const url = process.env.LECTERN_URL ?? 'http://127.0.0.1:3000';
const chromium = process.env.LECTERN_CHROMIUM ?? '/usr/bin/chromium';
const withShots = process.env.LECTERN_SHOTS === '1';

/** Journeys run in both `scripts-on` and `scripts-off`; the endings of the other files say where they belong. */
const elsewhere = [/\.http\.spec\.ts$/, /\.once\.spec\.ts$/, /\.shots\.spec\.ts$/];

const projects: PlaywrightTestConfig['projects'] = [
  // Signs everybody in, once for all the others.
  { name: 'sign-in', testMatch: /\.setup\.ts$/ },
  { name: 'scripts-on', dependencies: ['sign-in'], testIgnore: elsewhere },
  {
    name: 'scripts-off',
    dependencies: ['sign-in'],
    testIgnore: [...elsewhere, /\.hydrate\.spec\.ts$/],
    use: { javaScriptEnabled: false },
  },
  // Statuses, headers and races: no browser.
  { name: 'http', dependencies: ['sign-in'], testMatch: /\.http\.spec\.ts$/ },
  // What can be done once per database: the first steps of a site of its own.
  { name: 'once', dependencies: ['sign-in'], testMatch: /\.once\.spec\.ts$/ },
];
if (withShots) {
  projects.push({ name: 'shots', dependencies: ['sign-in'], testMatch: /\.shots\.spec\.ts$/ });
}

export default defineConfig({
  testDir: 'tests',
  outputDir: 'artefacts/results',
  fullyParallel: true,
  workers: Number(process.env.LECTERN_E2E_WORKERS ?? 3),
  forbidOnly: process.env.CI === 'true',
  // A test that passes the second time has found a defect, of the product or its own: at a desk it fails. On a shared machine it
  // is tried once more and listed as flaky.
  retries: process.env.CI === 'true' ? 1 : 0,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  reporter: [['list']],
  projects,
  use: {
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: { width: 1280, height: 900 },
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: process.env.LECTERN_TRACE === '1' ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath: chromium,
      args: [
        // Chromium's own sandbox does not work for root, which CI often is.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
