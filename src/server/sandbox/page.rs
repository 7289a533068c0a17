//! What every page of the simulators is made of: the band that says that nothing here is real, a sheet, plain forms.

use std::fmt::Write as _;

/// What pages of the simulators may load: nothing but their own style.
pub const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// One column from 360 px on, light and dark; the colours are the product's own.
const STYLE: &str = "\
:root{color-scheme:light dark;--paper:#faf8f4;--surface:#fff;--ink:#1a1c21;--soft:#5b5f69;--line:#e4e0d8;--edge:#8b8f99;--act:#0b6b66;--on-act:#fff;--lamp:#7a4506;--stripe:#f3e3c8;--bad:#b3261e;--bad-paper:#fbeceb}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--surface:#1c1f25;--ink:#ecebe6;--soft:#a3a7b0;--line:#2d3139;--edge:#7d828d;--act:#5cc4bc;--on-act:#08211f;--lamp:#e6a95a;--stripe:#2c241a;--bad:#f2a19b;--bad-paper:#33201f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
.band{margin:0;max-width:none;padding:.75rem 1rem;text-align:center;font-size:.9375rem;font-weight:600;color:var(--lamp);background:repeating-linear-gradient(135deg,var(--stripe) 0 14px,transparent 14px 28px);border-block-end:2px solid var(--lamp)}
.band span{background:var(--paper);padding:.125rem .625rem;border-radius:6px}
main{max-width:31rem;margin:0 auto;padding:3rem 1rem 4.5rem}
main.wide{max-width:60rem}
.sheet{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:2rem}
.who{margin:0 0 .25rem;color:var(--soft);font-size:.9375rem}
h1,h2{font-family:ui-serif,'Iowan Old Style',Palatino,Georgia,serif;font-weight:600;line-height:1.2;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1{font-size:2.375rem;margin:0 0 1.5rem}
h2{font-size:1.375rem;margin:3rem 0 .5rem}
.sheet h2{margin-top:0}
p{margin:0 0 1rem;max-width:65ch}
dl{margin:0 0 2rem}dl div{display:flex;gap:1.5rem;justify-content:space-between;padding:.75rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;text-align:end;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:grid;gap:1rem}form+form{margin-top:1rem}label,legend{display:block;font-weight:600;font-size:.9375rem;margin-bottom:.375rem}
select,button{width:100%;min-height:3rem;padding:.5rem .875rem;font:inherit;color:inherit;background:var(--surface);border:1px solid var(--edge);border-radius:6px}
select{text-overflow:ellipsis}
button{background:var(--act);border-color:var(--act);color:var(--on-act);font-weight:600;cursor:pointer}
button.quiet{background:transparent;border-color:var(--edge);color:inherit}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.alert{margin:0 0 1.5rem;padding:.75rem 1rem;border-inline-start:3px solid var(--bad);background:var(--bad-paper);color:var(--bad);border-radius:6px;font-weight:600}
.small{margin:1.5rem 0 0;color:var(--soft);font-size:.9375rem}
.two{display:grid;gap:1rem}@media(min-width:44rem){.two{grid-template-columns:1fr 1fr}}
.row{display:flex;flex-wrap:wrap;gap:.75rem}.row button{width:auto;min-height:2.75rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:38rem;font-size:.9375rem}
caption{text-align:start;color:var(--soft);padding-bottom:.5rem}
th,td{text-align:start;padding:.625rem 1rem .625rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}td:first-child{white-space:nowrap;font-variant-numeric:tabular-nums}
code{font-family:ui-monospace,monospace;font-size:.875em;overflow-wrap:anywhere}
";

/// How wide a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// A buyer's sheet.
    Sheet,
    /// Tables.
    Wide,
}

/// A whole page of a simulator for a buyer: a sheet under the band. `body` is HTML; what came from outside in it has gone through
/// [`escape`].
pub fn shell(title: &str, body: &str) -> String {
    page(title, Breadth::Sheet, &format!("<div class=\"sheet\">{body}</div>"))
}

/// A whole page.
pub fn page(title: &str, breadth: Breadth, body: &str) -> String {
    let title = escape(title);
    let class = match breadth {
        Breadth::Sheet => "",
        Breadth::Wide => " class=\"wide\"",
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"robots\" content=\"noindex\"><title>{title} - payment simulator, no real money</title><style>{STYLE}</style></head>\
<body><p class=\"band\" role=\"note\"><span>Payment simulator \u{2013} no real money</span></p><main{class}>{body}</main></body></html>"
    )
}

/// What is paid, to whom and for what: text, which is escaped here.
pub fn bill(lines: &[(&str, &str)]) -> String {
    let mut list = String::from("<dl>");
    for (what, value) in lines {
        // Writing to a String cannot fail.
        let _ = write!(list, "<div><dt>{}</dt><dd>{}</dd></div>", escape(what), escape(value));
    }
    list + "</dl>"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<b title=\"x\">&'"), "&lt;b title=&quot;x&quot;&gt;&amp;&#39;");
        assert_eq!(bill(&[("For", "<i>")]), "<dl><div><dt>For</dt><dd>&lt;i&gt;</dd></div></dl>");
    }
}
