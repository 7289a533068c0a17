//! Every path, once: constants and builders for links, and the tables that say which page answers where.
//!
//! Pages are rendered whole on the server (`SsrMode::Async`), so they are complete with scripts off. A form's own path
//! (`/checkout/{order}/pay`) leads to the page the form is on: a refused post is answered with that page.

use leptos::tachys::view::iterators::StaticVec;
use leptos_router::{
    NestedRoute, SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute as _},
    path,
};

use super::lazy::{BuyerPage, HostPage, OfficePage};
use super::pages::{catalogue::CataloguePage, help::HelpPage, join::JoinPage, session::SessionPage, sign_in::SignInPage};
use crate::domain::{ids::SessionId, text::Lang};

/// The catalogue.
pub const CATALOGUE: &str = "/";
/// Signing in: page and post.
pub const SIGN_IN: &str = "/sign-in";
/// Signing out: post only.
pub const SIGN_OUT: &str = "/sign-out";
/// Help.
pub const HELP: &str = "/help";
/// A host's sessions.
pub const HOST: &str = "/host";
/// A division's usage and claims.
pub const DIVISION: &str = "/division";
/// Site administration.
pub const ADMIN: &str = "/admin";
/// The account manager's sites.
pub const MANAGER: &str = "/manager";

/// A session's page.
pub fn session(slug: &str) -> String {
    format!("/s/{}", encode(slug))
}

/// A session's registration: page and post.
pub fn register(slug: &str) -> String {
    format!("/s/{}/register", encode(slug))
}

/// The registration with a promo code to apply.
pub fn register_with_code(slug: &str, code: Option<&str>) -> String {
    match code {
        Some(code) if !code.is_empty() => format!("{}?code={}", register(slug), encode(code)),
        Some(_) | None => register(slug),
    }
}

/// *Payment Information* of an order.
pub fn checkout(order: &str) -> String {
    format!("/checkout/{order}")
}

/// Takes the payment form's post.
pub fn checkout_pay(order: &str) -> String {
    format!("/checkout/{order}/pay")
}

/// Takes a promo code's post, or its removal.
pub fn checkout_promo(order: &str) -> String {
    format!("/checkout/{order}/promo")
}

/// Takes the post that keeps the seat longer.
pub fn checkout_extend(order: &str) -> String {
    format!("/checkout/{order}/extend")
}

/// The form that sends a card for one try at paying an order to the gateway.
pub fn checkout_card(order: &str, attempt: &str) -> String {
    format!("/checkout/{order}/card/{attempt}")
}

/// Back from a try at paying without having paid.
pub fn checkout_back(order: &str, attempt: &str) -> String {
    format!("/checkout/{order}/back/{attempt}")
}

/// Takes the post of a buyer who chooses another way to pay.
pub fn checkout_leave(order: &str) -> String {
    format!("/checkout/{order}/leave")
}

/// An order's confirmation and self-service.
pub fn order(order: &str) -> String {
    format!("/order/{order}")
}

/// Takes the post that cancels an order.
pub fn order_cancel(order: &str) -> String {
    format!("/order/{order}/cancel")
}

/// Joining with a registration's id.
pub fn join(registration: &str) -> String {
    format!("/join/{registration}")
}

/// Signing in, then back to `next`.
pub fn sign_in_then(next: &str) -> String {
    format!("{SIGN_IN}?next={}", encode(next))
}

/// Chooses a language, then back to the page at `path`. A form's own path cannot be read, so its page is taken instead.
pub fn language(lang: Lang, path: &str, search: &str) -> String {
    let page = ["/pay", "/promo", "/extend", "/cancel"].iter().find_map(|action| path.strip_suffix(action));
    // The host's payment is a page of its own.
    let page = page.filter(|_| !path.starts_with(HOST)).unwrap_or(path);
    let search = search.trim_start_matches('?');
    let next = if search.is_empty() { page.to_owned() } else { format!("{page}?{search}") };
    format!("/lang/{}?next={}", lang.tag(), encode(&next))
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// One page at one path, rendered whole on the server.
macro_rules! page {
    ($path:tt, $view:expr) => {
        NestedRoute::new(path!($path), $view).ssr_mode(SsrMode::Async).into_any_nested_route()
    };
}

/// Every page, in the order paths are tried: a fixed path stands before one with a parameter in its place.
pub fn pages() -> StaticVec<AnyNestedRoute> {
    [public_pages(), host_pages(), admin_pages()].into_iter().flatten().collect::<Vec<_>>().into()
}

/// Pages for everyone and for participants.
fn public_pages() -> Vec<AnyNestedRoute> {
    vec![
        page!("/", CataloguePage),
        page!("/s/:slug", SessionPage),
        page!("/s/:slug/register", BuyerPage::Register),
        page!("/checkout/:order", BuyerPage::Checkout),
        page!("/checkout/:order/card/:attempt", BuyerPage::Card),
        page!("/checkout/:order/pay", BuyerPage::Checkout),
        page!("/checkout/:order/promo", BuyerPage::Checkout),
        page!("/checkout/:order/extend", BuyerPage::Checkout),
        // A buyer who comes back from a processor's page without having paid reads why on this page, at that address.
        page!("/checkout/:order/return/:attempt", BuyerPage::Checkout),
        page!("/checkout/:order/back/:attempt", BuyerPage::Checkout),
        page!("/checkout/:order/leave", BuyerPage::Checkout),
        page!("/order/:order", BuyerPage::Order),
        page!("/order/:order/cancel", BuyerPage::Order),
        page!("/join/:registration", JoinPage),
        page!("/sign-in", SignInPage),
        page!("/help", HelpPage),
    ]
}

// ── Host and division pages: add lines below; builders for their links go here too. ──────────────────────
/// Scheduling a new session: page and post.
pub const HOST_NEW: &str = "/host/sessions/new";

/// A session's schedule page: page and post.
pub fn host_session(id: SessionId) -> String {
    format!("/host/sessions/{id}")
}

/// *Session Estimated Cost*: page and post.
pub fn host_estimate(id: SessionId) -> String {
    format!("/host/sessions/{id}/estimate")
}

/// The host's payment: page and post.
pub fn host_pay(id: SessionId) -> String {
    format!("/host/sessions/{id}/pay")
}

/// The host's room.
pub fn host_room(id: SessionId) -> String {
    format!("/host/sessions/{id}/room")
}

/// Starts a session: post only.
pub fn host_start(id: SessionId) -> String {
    format!("/host/sessions/{id}/start")
}

/// Ends a session: post only.
pub fn host_end(id: SessionId) -> String {
    format!("/host/sessions/{id}/end")
}

/// Pages of hosts.
fn host_pages() -> Vec<AnyNestedRoute> {
    vec![
        page!("/host", HostPage::Sessions),
        page!("/host/sessions/new", HostPage::New),
        page!("/host/sessions/:id", HostPage::Edit),
        page!("/host/sessions/:id/estimate", HostPage::Estimate),
        page!("/host/sessions/:id/pay", HostPage::Pay),
        page!("/host/sessions/:id/room", HostPage::Room),
        page!("/host/sessions/:id/start", HostPage::Start),
        page!("/host/sessions/:id/end", HostPage::Room),
    ]
}
// ── End of the host section. ────────────────────────────────────────────────────────────────────────────────────────────────

// ── Administration and account manager: add lines below; builders for their links go here too. ────────────
/// Orders.
pub const ADMIN_ORDERS: &str = "/admin/orders";
/// Money in question: page, and post that asks about it at once.
pub const ADMIN_DOUBTS: &str = "/admin/unknown";
/// Promo codes: list, and post of a new one.
pub const ADMIN_PROMOS: &str = "/admin/promo-codes";
/// The form for a new promo code.
pub const ADMIN_PROMO_NEW: &str = "/admin/promo-codes/new";
/// Payment processors.
pub const ADMIN_PROCESSORS: &str = "/admin/processors";
/// Prices per minute: page and post.
pub const ADMIN_RATES: &str = "/admin/rates";
/// Settings: page and post.
pub const ADMIN_SETTINGS: &str = "/admin/settings";
/// Takes the post of a feature's switch; its page is the settings'.
pub const ADMIN_FEATURES: &str = "/admin/features";
/// The people of the site.
pub const ADMIN_PEOPLE: &str = "/admin/people";
/// The trail.
pub const ADMIN_AUDIT: &str = "/admin/audit";

/// An order with its time line.
pub fn admin_order(id: &str) -> String {
    format!("{ADMIN_ORDERS}/{}", encode(id))
}

/// A promo code: page and post.
pub fn admin_promo(id: &str) -> String {
    format!("{ADMIN_PROMOS}/{}", encode(id))
}

/// A processor's set-up: page and post.
pub fn admin_processor(kind: &str) -> String {
    format!("{ADMIN_PROCESSORS}/{}", encode(kind))
}

/// A processor's set-up in a mode.
pub fn admin_processor_in(kind: &str, mode: &str) -> String {
    format!("{}?mode={}", admin_processor(kind), encode(mode))
}

/// The payment processors of a mode.
pub fn admin_processors_in(mode: &str) -> String {
    format!("{ADMIN_PROCESSORS}?mode={}", encode(mode))
}

/// Takes the post of a site's feature switch.
pub fn manager_features(site: &str) -> String {
    format!("{MANAGER}/sites/{}/features", encode(site))
}

/// Pages of site administrators, account managers and division managers.
fn admin_pages() -> Vec<AnyNestedRoute> {
    vec![
        page!("/admin", OfficePage::Dashboard),
        page!("/admin/orders", OfficePage::Orders),
        page!("/admin/orders/:id", OfficePage::Order),
        page!("/admin/unknown", OfficePage::Doubts),
        page!("/admin/promo-codes", OfficePage::Promos),
        page!("/admin/promo-codes/new", OfficePage::PromoNew),
        page!("/admin/promo-codes/:id", OfficePage::Promo),
        page!("/admin/processors", OfficePage::Processors),
        page!("/admin/processors/:kind", OfficePage::Processor),
        page!("/admin/rates", OfficePage::Rates),
        page!("/admin/settings", OfficePage::Settings),
        page!("/admin/features", OfficePage::Settings),
        page!("/admin/people", OfficePage::People),
        page!("/admin/audit", OfficePage::Audit),
        page!("/manager", OfficePage::Manager),
        page!("/manager/sites/:id/features", OfficePage::Manager),
        page!("/division", OfficePage::Division),
    ]
}
// ── End of the administration section. ──────────────────────────────────────────────────────────────────────────────────────

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_switch_comes_back_to_a_page_that_can_be_read() {
        assert_eq!(language(Lang::Ro, "/checkout/abc/pay", ""), "/lang/ro?next=%2Fcheckout%2Fabc");
        assert_eq!(
            language(Lang::Ro, "/host/sessions/1/pay", "action=start"),
            "/lang/ro?next=%2Fhost%2Fsessions%2F1%2Fpay%3Faction%3Dstart"
        );
        assert_eq!(language(Lang::En, "/", "q=șah"), "/lang/en?next=%2F%3Fq%3D%C8%99ah");
    }

    #[test]
    fn a_code_is_carried_along() {
        assert_eq!(register_with_code("a-b", Some("SAVE 10")), "/s/a-b/register?code=SAVE%2010");
        assert_eq!(register_with_code("a-b", None), "/s/a-b/register");
    }
}
