/** What changes on a page without leaving it. */

import type { Page } from '@playwright/test';

/** Watches the page's live regions from now on; the function gives all that was said. */
export async function spoken(page: Page): Promise<() => Promise<string>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    for (const region of document.querySelectorAll('[aria-live="polite"], [role="status"]')) {
      new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said.join('\n').replaceAll('\u00a0', ' '));
}

/** Notes each document loaded from now on. */
export function navigations(page: Page): () => string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) seen.push(request.url());
  });
  return () => seen;
}
