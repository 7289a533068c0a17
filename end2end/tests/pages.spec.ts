import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, hydrated, test } from '../support/test';
import { makeThings, places, type Place, type Things } from '../support/places';
import type { Role } from '../support/people';
import { nowIn } from '../support/host-steps';

/**
 * Every page, in both languages and both colour schemes: it wakes up without a word on the console, is built as a page should be,
 * and axe finds nothing. axe is a script itself, so pages without scripts are looked at in a browser that is kept from ours.
 */
test.use({ javaScriptEnabled: true });

const NO_SCRIPTS = 'export default async () => {}; export const hydrate = () => {};';

/** What the pages show is made once per worker. */
let things: Things | undefined;

for (const role of ['nobody', 'host2', 'division', 'admin', 'manager'] as Role[]) {
  for (const lang of ['en', 'ro']) {
    test(`the pages of ${role} in ${lang}`, async ({ pageOf, newBuyer, baseURL, scripts }) => {
      test.skip(!scripts && lang === 'ro', 'the other words stand in the same HTML');
      test.setTimeout(90_000);
      things ??= await makeThings((await pageOf('host2')).context().request, newBuyer, nowIn('Europe/Bucharest'));
      const page = await pageOf(role);
      await page.context().addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      if (!scripts) await page.route('**/pkg/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: NO_SCRIPTS }));
      for (const place of places(things).filter((p) => p.role === role)) {
        await test.step(place.name, async () => {
          const answer = await page.goto(place.path);
          expect(answer!.status(), place.path).toBe(place.status);
          if (scripts) await hydrated(page);
          await expectWellBuilt(page, place, lang);
          const problems = [...(await violations(page, 'light', [])), ...(await violations(page, 'dark', ['color-contrast']))];
          expect.soft(problems, place.path).toEqual([]);
        });
      }
    });
  }
}

async function expectWellBuilt(page: Page, place: Place, lang: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', lang);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await expect(page.getByRole('main')).toHaveCount(1);
  expect((await page.title()).length, `${place.path} has a title`).toBeGreaterThan(5);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(tooWide, `${place.path} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** What axe finds, in a line each; by these rules only, if any are named. */
async function violations(page: Page, colours: 'light' | 'dark', rules: string[]): Promise<string[]> {
  await page.emulateMedia({ colorScheme: colours });
  // Colours may take a frame to change, even where nothing is to move.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  // Without frames the older way finds the same and takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (rules.length) axe.withRules(rules);
  const found = (await axe.analyze()).violations;
  return found.flatMap((v) => v.nodes.slice(0, 4).map((n) => `${colours} ${v.id}: ${n.target} ${n.any[0]?.message ?? v.help}`));
}
