//! A buyer: a browser without scripts, at our pages and at the processors'.

use std::net::SocketAddr;

use super::kinds::{Hand, Kind};
use crate::harness_server::{Browser, Reply};

/// A buyer with a held order.
#[derive(Clone)]
pub struct Buyer {
    /// Their browser at our pages.
    pub ours: Browser,
    /// The secret part of their order's address.
    pub order: String,
    /// The page of the processor's that they were sent to last.
    pub page: String,
    /// The address that the processor's page sent them back to.
    pub back: String,
}

/// Where a buyer finds themselves.
#[derive(Debug)]
pub enum Place {
    /// Their order's own page.
    Order,
    /// A page of the processor's.
    Processor,
    /// Our checkout again, with this status and page.
    Checkout(u16, String),
}

impl Place {
    /// The status and page of the checkout.
    pub fn refused(self) -> (u16, String) {
        match self {
            Self::Checkout(status, body) => (status, body),
            Self::Order | Self::Processor => panic!("not refused: {self:?}"),
        }
    }
}

/// The value of a hidden field.
pub fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// Where a redirect leads.
pub fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("it leads somewhere").to_owned()
}

/// Host and the rest of an absolute address of this machine.
pub fn apart(url: &str) -> (SocketAddr, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not absolute"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().expect("an address of this machine"), rest[at..].to_owned())
}

/// Opens a page elsewhere.
pub async fn open(url: &str) -> Reply {
    let (addr, path) = apart(url);
    Browser { addr, cookies: Default::default() }.get(&path).await
}

/// Posts a form elsewhere.
pub async fn press(url: &str, fields: &[(&str, &str)]) -> Reply {
    let (addr, path) = apart(url);
    Browser { addr, cookies: Default::default() }.post(&path, fields).await
}

impl Buyer {
    /// Registers for the session whose seats nobody else buys.
    pub async fn register(ours: Browser, name: &str) -> Self {
        Self::register_as(ours, name, &format!("{}@example.com", name.to_lowercase())).await
    }

    /// The same with an address of their own.
    pub async fn register_as(mut ours: Browser, name: &str, email: &str) -> Self {
        let reply = ours.post("/s/negotiation-skills/register", &[("name", name), ("email", email)]).await;
        let order = location(&reply).strip_prefix("/checkout/").expect("it leads to the checkout").to_owned();
        Self { ours, order, page: String::new(), back: String::new() }
    }

    /// Applies a promo code.
    pub async fn applies_code(&mut self, code: &str) {
        let reply = self.ours.post(&format!("/checkout/{}/promo", self.order), &[("promo_code", code)]).await;
        assert_eq!(location(&reply), format!("/checkout/{}", self.order));
    }

    /// The payment form, filled in and not sent.
    pub async fn form(&mut self, kind: &Kind, choice: &str) -> Vec<(String, String)> {
        let page = self.ours.get(&format!("/checkout/{}", self.order)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let (key, version) = (hidden(&page, "attempt_key"), hidden(&page, "quote_version"));
        let mut fields = vec![("method", kind.method), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", &version)];
        if kind.hand == Hand::Card {
            fields.extend([
                ("card_number", choice),
                ("card_expiry", "12 / 30"),
                ("card_csc", "123"),
                ("card_name", "Ana Pop"),
                ("billing_line1", "1 Elm"),
                ("billing_city", "Wells"),
                ("billing_postcode", "BA5 2RP"),
                ("billing_country", kind.country),
            ]);
        } else {
            assert!(!page.body.contains("name=\"card_number\""), "no card is typed here");
        }
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Sends a payment form.
    pub async fn sends(&mut self, form: &[(String, String)]) -> Place {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let reply = self.ours.post(&format!("/checkout/{}/pay", self.order), &fields).await;
        self.lands(reply)
    }

    /// Presses Pay on our page and goes no further.
    pub async fn presses_pay(&mut self, kind: &Kind, choice: &str) -> Place {
        let form = self.form(kind, choice).await;
        self.sends(&form).await
    }

    /// Pays, by way of the processor's page where there is one, and comes back.
    pub async fn pays(&mut self, kind: &Kind, choice: &str) -> Place {
        match self.presses_pay(kind, choice).await {
            Place::Processor => match self.agrees(kind, choice).await {
                true => self.comes_back().await,
                false => Place::Processor,
            },
            place => place,
        }
    }

    fn lands(&mut self, reply: Reply) -> Place {
        if reply.status != 303 {
            return Place::Checkout(reply.status, reply.body);
        }
        let to = location(&reply);
        if to.starts_with("http") {
            self.page = to;
            return Place::Processor;
        }
        if to == self.own_page() { Place::Order } else { Place::Checkout(303, to) }
    }

    /// Agrees on the processor's page; `false` when that page keeps them.
    pub async fn agrees(&mut self, kind: &Kind, choice: &str) -> bool {
        let page = self.page.clone();
        let shown = open(&page).await;
        assert_eq!(shown.status, 200, "{page}");
        let reply = self.acts(kind, "approve", choice).await;
        let to = location(&reply);
        // Stripe's page comes again after a decline.
        let is_back = to.starts_with("http");
        if is_back {
            self.back = to;
        }
        is_back
    }

    /// Goes back from the processor's page without paying.
    pub async fn cancels(&mut self, kind: &Kind) -> Place {
        let reply = self.acts(kind, "cancel", "").await;
        let (_, path) = apart(&location(&reply));
        let reply = self.ours.get(&path).await;
        self.lands(reply)
    }

    async fn acts(&self, kind: &Kind, action: &str, choice: &str) -> Reply {
        let (before, query) = self.page.split_once('?').unwrap_or((&self.page, ""));
        let token = query.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
        match kind.hand {
            Hand::Orders => press(before, &[("token", token), ("action", action), ("funding", choice)]).await,
            Hand::Express => {
                let fields = [("cmd", "_simulator-decide"), ("token", token), ("action", action), ("funding", choice)];
                press(before, &fields).await
            }
            Hand::Stripe => {
                let action = if action == "approve" { "pay" } else { action };
                press(&self.page, &[("action", action), ("card", choice)]).await
            }
            Hand::Card | Hand::Transfer | Hand::Nothing => panic!("{} has no page", kind.code()),
        }
    }

    /// Comes back by the address that the processor sent them to.
    pub async fn comes_back(&mut self) -> Place {
        let (_, path) = apart(&self.back);
        let reply = self.ours.get(&path).await;
        self.lands(reply)
    }

    /// Chooses another way to pay, from our own page.
    pub async fn leaves(&mut self) -> Place {
        let reply = self.ours.post(&format!("/checkout/{}/leave", self.order), &[]).await;
        self.lands(reply)
    }

    /// Their order's page.
    pub async fn looks(&mut self) -> Reply {
        self.ours.get(&self.own_page()).await
    }

    /// What their order's page says.
    pub async fn state(&mut self) -> String {
        let page = self.looks().await;
        let state = page.body.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
        state.unwrap_or_else(|| panic!("a page without a state: {} {}", page.status, page.body)).to_owned()
    }

    /// The path of their order's page.
    pub fn own_page(&self) -> String {
        format!("/order/{}", self.order)
    }
}
