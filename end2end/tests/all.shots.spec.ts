import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { hydrated, test } from '../support/test';
import { makeThings, places, type Things } from '../support/places';
import type { Role } from '../support/people';
import { nowIn } from '../support/host-steps';

/** `LECTERN_SHOTS=1`: a picture of every page, to be looked at (look.md), in `artefacts/shots`. */
const FOLDER = path.join(__dirname, '..', 'artefacts', 'shots');
const WIDTHS = [360, 1280];

let things: Things | undefined;

for (const role of ['nobody', 'host2', 'division', 'admin', 'manager'] as Role[]) {
  for (const lang of ['en', 'ro']) {
    test(`pictures of the pages of ${role} in ${lang}`, async ({ pageOf, newBuyer, baseURL }) => {
      test.setTimeout(240_000);
      things ??= await makeThings((await pageOf('host2')).context().request, newBuyer, nowIn('Europe/Bucharest'));
      mkdirSync(FOLDER, { recursive: true });
      const page = await pageOf(role);
      await page.context().addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
      for (const place of places(things).filter((p) => p.role === role)) {
        await page.goto(place.path);
        await hydrated(page);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
          for (const colours of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme: colours, reducedMotion: 'reduce' });
            const file = path.join(FOLDER, `${place.name}-${width}-${lang}-${colours}.png`);
            await page.screenshot({ path: file, fullPage: true, animations: 'disabled' });
          }
        }
      }
    });
  }
}
