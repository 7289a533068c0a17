import AxeBuilder from '@axe-core/playwright';
import { expect, hydrated, test } from '../support/test';
import { makeThings, places, type Things } from '../support/places';
import type { Role } from '../support/people';
import { nowIn } from '../support/host-steps';

/** axe runs as a script, so pages without scripts are looked at in a browser whose scripts do not load. */
test.use({ javaScriptEnabled: true });

let things: Things | undefined;

for (const role of ['nobody', 'host', 'division', 'admin', 'manager'] as Role[]) {
  for (const [lang, colours] of [['en', 'light'], ['en', 'dark'], ['ro', 'light'], ['ro', 'dark']] as const) {
    test(`axe finds nothing on the pages of ${role}, ${lang}, ${colours}`, async ({ pageOf, host, newBuyer, baseURL }, info) => {
      const scripts = info.project.name !== 'scripts-off';
      test.skip(!scripts && (lang === 'ro' || colours === 'dark'), 'the same HTML: looked at once');
      test.slow();
      things ??= await makeThings(host, newBuyer, nowIn('Europe/Bucharest'));
      const page = await pageOf(role);
      if (!scripts) await page.route('**/pkg/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: 'export default async () => {}; export const hydrate = () => {};' }));
      await page.context().addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
      await page.emulateMedia({ colorScheme: colours, reducedMotion: 'reduce' });
      const found: string[] = [];
      for (const place of places(things).filter((p) => p.role === role)) {
        await page.goto(place.path);
        if (scripts) await hydrated(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const violation of violations) {
          found.push(`${place.name}: ${violation.id} (${violation.help}) ${violation.nodes.slice(0, 3).map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`);
        }
      }
      expect(found).toEqual([]);
    });
  }
}
