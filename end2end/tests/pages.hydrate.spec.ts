import { expect, hydrated, test } from '../support/test';
import { makeThings, places, type Things } from '../support/places';
import type { Role } from '../support/people';
import { nowIn } from '../support/host-steps';

/** One worker makes the things once; the pages of one role and language are then one test. */
let things: Things | undefined;

for (const role of ['nobody', 'host', 'division', 'admin', 'manager'] as Role[]) {
  for (const lang of ['en', 'ro']) {
    test(`every page of ${role} wakes up without a word on the console, in ${lang}`, async ({ pageOf, host, newBuyer, baseURL }) => {
      test.slow();
      things ??= await makeThings(host, newBuyer, nowIn('Europe/Bucharest'));
      const page = await pageOf(role);
      await page.context().addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
      for (const place of places(things).filter((p) => p.role === role)) {
        await test.step(place.name, async () => {
          const answer = await page.goto(place.path);
          expect(answer!.status(), place.path).toBeLessThan(500);
          await hydrated(page);
          await expect(page.locator('html')).toHaveAttribute('lang', lang);
          await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
          await expect(page.getByRole('main')).toHaveCount(1);
          expect((await page.title()).length, place.path).toBeGreaterThan(5);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expect(wide, `${place.path} scrolls sideways`).toBeLessThanOrEqual(0);
        });
      }
    });
  }
}
