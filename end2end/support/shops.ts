/** The demo's tenants: each a merchant of another country, at a host name of its own. Chromium finds `*.localhost` on this machine. */

const home = new URL(process.env.LECTERN_URL ?? 'http://127.0.0.1:3000');

export interface Shop {
  /** Where it is, without a slash at the end. */
  url: string;
  /** A session with a fee and thousands of seats. */
  session: string;
  /** Who looks after it. */
  admin: string;
}

function tenant(country: string, session: string): Shop {
  const url = new URL(home);
  url.hostname = `${country}.localhost`;
  return { url: url.origin, session, admin: `admin@${country}.demo.test` };
}

/** The default site: cards typed here (Payflow), PayPal (Orders), transfers. */
export const ACME: Shop = { url: home.origin, session: 'negotiation-skills', admin: 'admin@demo.test' };
/** A merchant in the US, in dollars: cards sent from the browser to the gateway (Payflow), PayPal Express Checkout. */
export const CASCADE = tenant('us', 'meetings-worth-having');
/** A merchant in the UK, in pounds: cards by Website Payments Pro, transfers. */
export const THAMES = tenant('uk', 'plain-english-at-work');
/** A merchant in Romania, in euros: cards on Stripe's page, PayPal. */
export const DANUBE = tenant('eu', 'finantari-europene');
