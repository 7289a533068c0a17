//! The simulators' page for people: that nothing here is real, and which card does what.

use std::fmt::Write as _;

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

use crate::domain::card::{Brand, grouped};

use super::{cards::CARDS, nvp};

const HEAD: &str = r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Payment simulator - no real money</title><style>
:root{color-scheme:light dark}
body{font:1rem/1.55 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
.note{border:2px solid #b45309;border-radius:.5rem;padding:.75rem 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.45rem .75rem .45rem 0;border-bottom:1px solid #8884;vertical-align:top}
td:first-child{font-variant-numeric:tabular-nums;white-space:nowrap}
code{font-family:ui-monospace,monospace}
</style></head><body><main>
<h1>Payment simulator</h1>
<p class="note"><strong>No real money moves here.</strong> Sites in test mode pay against this simulator of PayPal Payflow Pro. Never type a real card number.</p>
<h2>Test cards</h2>
<p>Any future expiry; any security code of the right length (000 to 300 counts as a match).</p>
<table><thead><tr><th scope="col">Number</th><th scope="col">Brand</th><th scope="col">What happens</th></tr></thead><tbody>
"#;

const TAIL: &str = r"</tbody></table>
<h2>Amounts</h2>
<p>As on the real test network, an amount from 1,001.00 to 1,999.99 asks for the result <em>amount minus 1000</em>: 1,012.00 is declined, 1,050.00 lacks funds, 1,104.00 is taken although the answer says timeout. 2,000.00 is a processor error; more is declined.</p>
<h2>Connection</h2>
<p>Partner <code>PayPal</code>, vendor and user <code>lectern-demo</code>, password <code>Simulator-2026</code>, unless the server was started with others.</p>
<p>PayPal Orders: address <code>/paypal</code> of this server, client id <code>lectern-demo</code>, client secret <code>Simulator-2026</code>. The way to pay is chosen on the buyer's page.</p>
<p>Stripe: address <code>/stripe/</code> of this server, secret key <code>sk_test_Lectern_Simulator_2026</code>, webhook secret <code>whsec_Lectern_Simulator_2026</code>. Its cards are chosen on the buyer's page.</p>
<p>PayPal Express Checkout: address <code>/express</code>; Website Payments Pro (UK): address <code>/wpp_uk</code>. Both: API user <code>lectern-demo</code>, API password <code>Simulator-2026</code>, API signature <code>{signature}</code>, merchant id <code>{merchant}</code>.</p>
<h2>For tests</h2>
<p><code>GET /control/ledger</code>, <code>GET /control/cards</code>, <code>GET, POST, DELETE /control/faults</code>, <code>GET, POST /control/settings</code>, <code>POST /control/review/{pnref}</code>, <code>POST /control/settle</code>, <code>POST /control/stripe/settle</code>, <code>POST /control/stripe/listener</code>, <code>POST /control/express/settle</code>, <code>POST /control/wpp_uk/settle</code>, <code>POST /control/wpp_uk/listener</code>, <code>POST /control/reset</code>.</p>
</main></body></html>
";

/// What pages of the simulators may load: nothing but their own style.
pub const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// The style of every buyer's page: one column from 360 px on, light and dark.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1c1b19;--soft:#5d5a54;--paper:#faf8f4;--line:#d8d3c8;--act:#1f4f46;--on-act:#fff;--note:#8a4b08}
@media(prefers-color-scheme:dark){:root{--ink:#eeeae2;--soft:#b3ada1;--paper:#191816;--line:#3d3a35;--act:#8fd0c0;--on-act:#10211d;--note:#f0b36a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 Georgia,'Times New Roman',serif}
main{max-width:34rem;margin:0 auto;padding:1.25rem 1rem 3rem}
.note{margin:0 0 2rem;padding:.6rem 0;border-block:2px solid var(--note);color:var(--note);font:600 .95rem/1.4 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 1rem;font-weight:600;overflow-wrap:anywhere}
dl{margin:0 0 1.5rem}dl div{display:flex;gap:1rem;justify-content:space-between;padding:.5rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:grid;gap:.75rem}label{font:600 .95rem/1.4 system-ui,sans-serif}
select,input:not([type=hidden]),button{width:100%;min-height:3rem;padding:.5rem .75rem;font:1rem/1.4 system-ui,sans-serif;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:.375rem}
select option{color:#1c1b19;background:#fff}
button{background:var(--act);border-color:var(--act);color:var(--on-act);font-weight:600;cursor:pointer}
button.quiet{background:transparent;border-color:var(--soft);color:inherit}
:focus-visible{outline:3px solid var(--note);outline-offset:2px}
.small{margin-top:2rem;color:var(--soft);font-size:.9rem}
";

/// A whole page of a simulator for a buyer. `body` is HTML; what came from outside in it has gone through [`escape`].
pub fn shell(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"robots\" content=\"noindex\"><title>{title} - payment simulator, no real money</title><style>{STYLE}</style></head>\
<body><main><p class=\"note\">Payment simulator \u{2013} no real money</p>{body}</main></body></html>"
    )
}

/// Text as HTML, also between quotes.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

/// `GET /`.
pub async fn index() -> impl IntoResponse {
    let mut page = String::from(HEAD);
    for card in CARDS {
        let brand = Brand::of(card.number).map_or("", Brand::name);
        // Writing to a String cannot fail.
        let _ = writeln!(page, "<tr><td><code>{}</code></td><td>{brand}</td><td>{}</td></tr>", grouped(card.number), card.ends);
    }
    let user = super::Account::default().user;
    page.push_str(&TAIL.replace("{signature}", &nvp::signature(&user)).replace("{merchant}", &nvp::merchant_id(&user)));
    ([(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")], Html(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<b title=\"x\">&'"), "&lt;b title=&quot;x&quot;&gt;&amp;&#39;");
    }
}
