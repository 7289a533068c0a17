/** Reading pages without a browser: a few regular expressions over our own, well-formed HTML. */

/** The value of an attribute in a tag's text. */
function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found ? unescape(found[1]) : undefined;
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** The value of the input called `name`; `undefined` when there is no such input. */
export function inputValue(html: string, name: string): string | undefined {
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    if (attribute(tag, 'name') === name) return attribute(tag, 'value') ?? '';
  }
  return undefined;
}

/** The text or value of the element that carries `data-field`. */
export function fieldText(html: string, name: string): string | undefined {
  const found = new RegExp(`<([a-z0-9]+)\\b[^>]*\\sdata-field="${name}"[^>]*>([^]*?)(?:</\\1>|<)`).exec(html);
  if (!found) return undefined;
  if (found[1] === 'input') return attribute(found[0], 'value');
  return unescape(found[2].replace(/<!--[^]*?-->/g, '').replace(/<[^>]*>/g, '')).trim();
}

/** `data-state` of the main element. */
export function stateOf(html: string): string | undefined {
  const main = /<main\b[^>]*>/.exec(html);
  return main ? attribute(main[0], 'data-state') : undefined;
}
