//! One table per kind of processor: what it is called, where and for which currencies it is sold, what its set-up asks, where it
//! is called. Pages, API and rules read these tables and know no processor by name.

use crate::domain::{form::Refusal, money::Currency};
use crate::server::{config::Config, payments::ProcessorKind, state::App, store::site::Site};

use super::rules::{Alphabet, Empty, Mode, Rule, Setting, Starts};

/// Where card numbers go, and what that asks of the merchant (PCI DSS 4.0.1 self-assessment questionnaires).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardScope {
    /// Through this server: SAQ D. Must be accepted before the processor is offered.
    Ours,
    /// As [`CARD_ENTRY`] says: sent by the browser to the gateway from a form of ours (SAQ A-EP), or through this server as with
    /// [`Self::Ours`].
    Chosen,
    /// Typed on the processor's page: SAQ A.
    Theirs,
    /// There are none.
    Nowhere,
}

/// The setting that says where cards are typed, see [`CardScope::Chosen`].
pub const CARD_ENTRY: &str = "card_entry";
/// Its value for a form that the browser sends to the gateway.
pub const AT_THE_GATEWAY: &str = "gateway";
/// Its value for our own form, and this server.
pub const HERE: &str = "here";

/// A product that its maker keeps for those who have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legacy {
    /// What came after it.
    pub successor: &'static str,
    /// It takes no new merchants.
    pub closed: bool,
}

/// Where a processor is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Its simulator's path.
    pub simulator: &'static str,
    /// Where its maker lets merchants try.
    pub test: &'static str,
    /// Real money.
    pub live: &'static str,
}

impl Hosts {
    /// Test mode speaks to the simulators where they run.
    pub fn address(&self, config: &Config, mode: Mode) -> String {
        match (mode, config.sandbox_url()) {
            (Mode::Live, _) => self.live.to_owned(),
            (Mode::Test, Some(sandbox)) => format!("{sandbox}{}", self.simulator),
            (Mode::Test, None) => self.test.to_owned(),
        }
    }
}

/// A kind of processor, as a merchant meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// The kind's code.
    pub code: &'static str,
    /// What its maker calls it; empty for what has no maker, which pages name in their own language.
    pub name: &'static str,
    /// The merchant countries it is sold in; empty means any.
    pub countries: &'static [&'static str],
    /// The currencies it carries; empty means any.
    pub currencies: &'static [Currency],
    /// It is a legacy product.
    pub legacy: Option<Legacy>,
    /// Where card numbers go.
    pub cards: CardScope,
    /// It sends notices.
    pub notices: bool,
    /// Where it is called; nowhere, when it calls nobody.
    pub hosts: Option<Hosts>,
    /// What its set-up asks, in order.
    pub settings: &'static [Setting],
}

/// Why a product cannot be used by a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// Not sold in the merchant's country.
    Country,
    /// Does not carry the site's currency.
    Currency(Currency),
}

impl From<Unavailable> for Refusal {
    fn from(why: Unavailable) -> Self {
        match why {
            Unavailable::Country => Self::ProcessorNotAvailable,
            Unavailable::Currency(currency) => Self::ProcessorNotForCurrency { currency },
        }
    }
}

impl Product {
    /// Whether a merchant of `country` who sells in `currency` can use it. What is not known yet is not held against it.
    ///
    /// # Errors
    /// Why not.
    pub fn available(&self, country: Option<&str>, currency: Option<Currency>) -> Result<(), Unavailable> {
        if country.is_some_and(|country| !self.countries.is_empty() && !self.countries.contains(&country)) {
            return Err(Unavailable::Country);
        }
        match currency.filter(|currency| !self.currencies.is_empty() && !self.currencies.contains(currency)) {
            Some(currency) => Err(Unavailable::Currency(currency)),
            None => Ok(()),
        }
    }

    /// The names of its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &'static str> {
        self.settings.iter().filter(|setting| setting.is_secret()).map(|setting| setting.name)
    }

    /// Where its notices for a site are taken, to be copied into its maker's console.
    pub fn notice_url(&self, app: &App, site: &Site) -> Option<String> {
        self.notices.then(|| format!("{}/notify/{}/{}", app.address_of(site), self.code, site.id))
    }
}

/// The table of a kind; none for what needs no set-up.
pub const fn of(kind: ProcessorKind) -> Option<&'static Product> {
    match kind {
        ProcessorKind::Payflow => Some(&PAYFLOW),
        ProcessorKind::Orders => Some(&ORDERS),
        ProcessorKind::Stripe => Some(&STRIPE),
        ProcessorKind::Express => Some(&EXPRESS),
        ProcessorKind::WppUk => Some(&WPP_UK),
        ProcessorKind::Offline => Some(&OFFLINE),
        ProcessorKind::None => None,
    }
}

/// What PayPal takes through its name-value and REST interfaces (paypal-express-checkout.md §4, paypal-rest.md §1), of ours.
const PAYPAL_CURRENCIES: &[Currency] = &[
    Currency::EUR,
    Currency::USD,
    Currency::GBP,
    Currency::CAD,
    Currency::AUD,
    Currency::CHF,
    Currency::CZK,
    Currency::DKK,
    Currency::HUF,
    Currency::NOK,
    Currency::PLN,
    Currency::SEK,
    Currency::TWD,
    Currency::JPY,
];

const SUCCESSOR: &str = "PayPal Complete Payments (Orders v2)";

/// A line that must be filled in.
const fn line(name: &'static str, max: usize, of: Alphabet) -> Setting {
    Setting { name, rule: Rule::Line { max, of }, empty: Empty::Refused }
}

/// A secret of one mode like the other.
const fn secret(name: &'static str, (min, max): (usize, usize), of: Alphabet) -> Setting {
    Setting { name, rule: Rule::Secret { min, max, of, starts: Starts::ANY }, empty: Empty::Refused }
}

/// PayPal Payflow Pro (payflow-pro.md §1, §3). Sold in US, CA, AU, NZ: PayPal, *Payflow Gateway* product page (read 2026-11).
pub const PAYFLOW: Product = Product {
    code: "payflow",
    name: "PayPal Payflow Pro",
    countries: &["US", "CA", "AU", "NZ"],
    currencies: &crate::server::payments::payflow::settings::PAYPAL_CURRENCIES,
    legacy: Some(Legacy { successor: SUCCESSOR, closed: false }),
    cards: CardScope::Chosen,
    notices: false,
    hosts: Some(Hosts { simulator: "/payflow/", test: "https://pilot-payflowpro.paypal.com/", live: "https://payflowpro.paypal.com/" }),
    settings: &[
        line("partner", 64, Alphabet::Payflow),
        line("vendor", 64, Alphabet::Payflow),
        Setting { name: "user", rule: Rule::Line { max: 64, of: Alphabet::Payflow }, empty: Empty::SameAs("vendor") },
        secret("password", (6, 32), Alphabet::Payflow),
        Setting { name: CARD_ENTRY, rule: Rule::Choice { of: &[AT_THE_GATEWAY, HERE], before: HERE }, empty: Empty::Means(AT_THE_GATEWAY) },
    ],
};

/// The credentials of PayPal's name-value interface: user, password, signature (paypal-express-checkout.md §3), and the account's
/// number, by which notices are known to be its own.
const SIGNATURE_CREDENTIALS: [Setting; 4] = [
    line("api_username", 127, Alphabet::Graphic),
    secret("api_password", (6, 64), Alphabet::Graphic),
    secret("api_signature", (20, 128), Alphabet::Graphic),
    Setting { name: "merchant_id", rule: Rule::Code { length: 13 }, empty: Empty::Kept },
];

/// PayPal's name-value interface with a signature (paypal-express-checkout.md §1).
const NVP_HOSTS: Hosts = Hosts { simulator: "", test: "https://api-3t.sandbox.paypal.com/nvp", live: "https://api-3t.paypal.com/nvp" };

/// PayPal Express Checkout (paypal-express-checkout.md §1, §4).
pub const EXPRESS: Product = Product {
    code: "express",
    name: "PayPal Express Checkout",
    countries: &["US", "CA"],
    currencies: PAYPAL_CURRENCIES,
    legacy: Some(Legacy { successor: SUCCESSOR, closed: false }),
    cards: CardScope::Theirs,
    notices: true,
    hosts: Some(Hosts { simulator: "/express", ..NVP_HOSTS }),
    settings: &SIGNATURE_CREDENTIALS,
};

/// PayPal Website Payments Pro of the United Kingdom (paypal-website-payments-pro-uk.md §1, §2).
pub const WPP_UK: Product = Product {
    code: "wpp_uk",
    name: "PayPal Website Payments Pro (UK)",
    countries: &["GB"],
    currencies: &crate::server::payments::wpp_uk::CURRENCIES,
    legacy: Some(Legacy { successor: SUCCESSOR, closed: true }),
    cards: CardScope::Ours,
    notices: true,
    hosts: Some(Hosts { simulator: "/wpp_uk", ..NVP_HOSTS }),
    settings: &WPP_UK_SETTINGS,
};

/// What stands for a buyer's address that is not IPv4, and whether cards must come authenticated (§3, §4).
const WPP_UK_SETTINGS: [Setting; 6] = {
    let [user, password, signature, merchant] = SIGNATURE_CREDENTIALS;
    let own_ip = Setting { name: "own_ip", rule: Rule::Ipv4, empty: Empty::Kept };
    let three_ds = Setting {
        name: "three_ds",
        rule: Rule::Choice { of: &["optional", "required"], before: "optional" },
        empty: Empty::Means("optional"),
    };
    [user, password, signature, merchant, own_ip, three_ds]
};

/// PayPal Orders v2 (paypal-rest.md §1, §9.1). Without a webhook's id its notices are refused.
pub const ORDERS: Product = Product {
    code: "orders",
    name: "PayPal Checkout (Orders v2)",
    countries: &[],
    currencies: PAYPAL_CURRENCIES,
    legacy: None,
    cards: CardScope::Theirs,
    notices: true,
    hosts: Some(Hosts { simulator: "/paypal", test: "https://api-m.sandbox.paypal.com", live: "https://api-m.paypal.com" }),
    settings: &[
        line("client_id", 128, Alphabet::BasicName),
        secret("client_secret", (6, 128), Alphabet::Graphic),
        Setting { name: "webhook_id", rule: Rule::Line { max: 50, of: Alphabet::Word('-') }, empty: Empty::Kept },
    ],
};

/// Stripe Checkout (stripe.md §1, §9). A key tells whose money it moves, so each mode takes its own only. A webhook has two secrets
/// while one is being rolled.
pub const STRIPE: Product = Product {
    code: "stripe",
    name: "Stripe Checkout",
    countries: &[],
    currencies: &[],
    legacy: None,
    cards: CardScope::Theirs,
    notices: true,
    hosts: Some(Hosts { simulator: "/stripe", test: "https://api.stripe.com/", live: "https://api.stripe.com/" }),
    settings: &[
        Setting {
            name: "secret_key",
            rule: Rule::Secret {
                min: 12,
                max: 255,
                of: Alphabet::Word('_'),
                starts: Starts { test: &["sk_test_", "rk_test_"], live: &["sk_live_", "rk_live_"] },
            },
            empty: Empty::Refused,
        },
        Setting {
            name: "webhook_secret",
            rule: Rule::Secret { min: 12, max: 1023, of: Alphabet::Keys, starts: Starts { test: &["whsec_"], live: &["whsec_"] } },
            empty: Empty::Refused,
        },
    ],
};

/// Invoice or bank transfer.
pub const OFFLINE: Product = Product {
    code: "offline",
    name: "",
    countries: &[],
    currencies: &[],
    legacy: None,
    cards: CardScope::Nowhere,
    notices: false,
    hosts: None,
    settings: &[
        Setting { name: "instructions", rule: Rule::Lines { max: 1000 }, empty: Empty::Refused },
        Setting { name: "days", rule: Rule::Whole { min: 1, max: 60 }, empty: Empty::Means("14") },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::Problem;

    const ALL: [&Product; 6] = [&PAYFLOW, &EXPRESS, &WPP_UK, &ORDERS, &STRIPE, &OFFLINE];

    #[test]
    fn each_kind_has_the_table_of_its_own_code_and_secrets() {
        for kind in ProcessorKind::ALL {
            let Some(product) = of(kind) else {
                assert_eq!(kind, ProcessorKind::None);
                continue;
            };
            assert_eq!(product.code, kind.code());
            assert!(product.secrets().eq(kind.secrets().iter().copied()), "{}", product.code);
        }
    }

    #[test]
    fn settings_have_names_of_their_own_that_no_other_field_of_the_form_has() {
        for product in ALL {
            let mut names: Vec<&str> = product.settings.iter().map(|setting| setting.name).collect();
            names.extend([
                "mode",
                "version",
                "action",
                "accept_card_scope",
                "base_url",
                "currencies",
                "card_scope_accepted",
                "enabled",
                "to",
            ]);
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", product.code);
            for setting in product.settings {
                if let Empty::SameAs(other) = setting.empty {
                    assert!(product.settings.iter().any(|s| s.name == other), "{other}");
                }
            }
        }
    }

    #[test]
    fn each_is_sold_where_its_maker_sells_it() {
        let sold = |product: &Product, country| product.available(country, None).is_ok();
        for (product, country, expected) in [
            (&PAYFLOW, "US", true),
            (&PAYFLOW, "NZ", true),
            (&PAYFLOW, "GB", false),
            (&EXPRESS, "CA", true),
            (&EXPRESS, "GB", false),
            (&WPP_UK, "GB", true),
            (&WPP_UK, "US", false),
            (&ORDERS, "RO", true),
            (&STRIPE, "RO", true),
            (&OFFLINE, "RO", true),
        ] {
            assert_eq!(sold(product, Some(country)), expected, "{} {country}", product.code);
            assert!(sold(product, None), "an unknown country rules nothing out");
        }
        assert_eq!(PAYFLOW.available(Some("US"), Some(Currency::RON)), Err(Unavailable::Currency(Currency::RON)));
        assert_eq!(ORDERS.available(None, Some(Currency::KWD)), Err(Unavailable::Currency(Currency::KWD)));
        assert_eq!(STRIPE.available(None, Some(Currency::RON)), Ok(()));
        assert_eq!(OFFLINE.available(Some("RO"), Some(Currency::RON)), Ok(()));
    }

    fn setting(product: &Product, name: &str) -> Setting {
        *product.settings.iter().find(|setting| setting.name == name).expect("it is in the table")
    }

    #[test]
    fn what_the_wire_cannot_carry_is_refused_at_the_field() {
        let test = |product: &Product, name: &str, text: &str| setting(product, name).parse(Mode::Test, text);
        let cannot = Err(Problem::NotForThisProcessor);
        assert_eq!(test(&PAYFLOW, "partner", "a\"b"), cannot);
        assert_eq!(test(&PAYFLOW, "partner", " PayPal "), Ok("PayPal".to_owned()));
        assert_eq!(test(&PAYFLOW, "password", "parolă-lungă"), cannot);
        assert_eq!(test(&PAYFLOW, "password", "short"), Err(Problem::TooShort { min: 6 }));
        assert_eq!(test(&PAYFLOW, "password", &"x".repeat(33)), Err(Problem::TooLong { max: 32 }));
        assert!(test(&PAYFLOW, "password", "k&9=Zt+4%2Q ").is_ok_and(|kept| kept.ends_with(' ')));
        assert_eq!(test(&EXPRESS, "api_username", "two words"), cannot);
        assert_eq!(test(&ORDERS, "client_id", "a:b"), cannot);
        assert_eq!(test(&ORDERS, "webhook_id", "1JE|9"), cannot);
        assert_eq!(test(&PAYFLOW, "card_entry", " here "), Ok("here".to_owned()));
        assert_eq!(test(&PAYFLOW, "card_entry", "nowhere"), Err(Problem::NotAChoice));
        assert_eq!(test(&OFFLINE, "days", "0"), Err(Problem::OutOfRange { min: 1, max: 60 }));
        assert_eq!(test(&OFFLINE, "days", "61"), Err(Problem::OutOfRange { min: 1, max: 60 }));
        assert_eq!(test(&OFFLINE, "days", " 30 "), Ok("30".to_owned()));
        assert_eq!(test(&OFFLINE, "instructions", "IBAN\r\nȘtefan"), Ok("IBAN\nȘtefan".to_owned()));
        assert_eq!(test(&OFFLINE, "instructions", &"ș".repeat(1001)), Err(Problem::TooLong { max: 1000 }));
    }

    #[test]
    fn a_key_that_moves_real_money_is_no_test_key() {
        let key = setting(&STRIPE, "secret_key");
        for (mode, text, expected) in [
            (Mode::Test, "sk_test_51Lectern", true),
            (Mode::Test, "rk_test_51Lectern", true),
            (Mode::Test, "sk_live_51Lectern", false),
            (Mode::Live, "sk_live_51Lectern", true),
            (Mode::Live, "sk_test_51Lectern", false),
            (Mode::Live, "pk_live_51Lectern", false),
        ] {
            assert_eq!(key.parse(mode, text).is_ok(), expected, "{mode:?} {text}");
        }
        assert_eq!(key.parse(Mode::Test, "sk_live_51Lectern"), Err(Problem::NotAKeyOfThisMode));
    }
}
