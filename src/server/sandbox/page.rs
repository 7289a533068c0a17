//! The simulators' page for people: that nothing here is real, and which card does what.

use std::fmt::Write as _;

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

use crate::domain::card::{Brand, grouped};

use super::cards::CARDS;

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
<h2>For tests</h2>
<p><code>GET /control/ledger</code>, <code>GET /control/cards</code>, <code>GET, POST, DELETE /control/faults</code>, <code>GET, POST /control/settings</code>, <code>POST /control/review/{pnref}</code>, <code>POST /control/settle</code>, <code>POST /control/reset</code>.</p>
</main></body></html>
";

/// `GET /`.
pub async fn index() -> impl IntoResponse {
    let mut page = String::from(HEAD);
    for card in CARDS {
        let brand = Brand::of(card.number).map_or("", Brand::name);
        // Writing to a String cannot fail.
        let _ = writeln!(page, "<tr><td><code>{}</code></td><td>{brand}</td><td>{}</td></tr>", grouped(card.number), card.ends);
    }
    page.push_str(TAIL);
    ([(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")], Html(page))
}
