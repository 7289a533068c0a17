//! A processor's form: what was typed, read by its kind's table, and what of it is kept where.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{
    fields::{AT_THE_GATEWAY, CARD_ENTRY, CardScope, HERE, Product},
    rules::{Empty, Mode, Rule, Setting},
};
use crate::domain::{
    form::{FieldErrors, Problem},
    ids::ProcessorConfigId,
    schedule::is_ticked,
};
use crate::server::vault::Vault;

/// The checkbox by which a merchant takes on what card numbers on their server ask of them.
pub const ACCEPT_CARD_SCOPE: &str = "accept_card_scope";
/// Its place in the settings.
pub const CARD_SCOPE_ACCEPTED: &str = "card_scope_accepted";

/// A processor's form as typed. `Debug` hides every value.
#[derive(Clone, Default)]
pub struct ProcessorForm {
    /// `test` or `live`.
    pub mode: String,
    /// The version last read, empty when there was none.
    pub version: String,
    /// The settings by name, secrets among them: an empty secret keeps the one stored.
    pub values: BTreeMap<String, String>,
}

impl std::fmt::Debug for ProcessorForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessorForm").field("mode", &self.mode).field("version", &self.version).finish_non_exhaustive()
    }
}

/// Secrets by name. Wiped when dropped, and never printed.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, Zeroizing<String>>);

/// A form that passed its checks.
pub struct Typed {
    /// What may be shown, as it is stored.
    pub settings: Value,
    /// The secrets that were typed anew.
    pub secrets: Secrets,
}

impl ProcessorForm {
    /// Takes the form out of what was posted. Secrets are not left there, so that no page can show them again.
    pub fn take(product: &Product, posted: &mut BTreeMap<String, String>) -> Self {
        let field = |name: &str| posted.get(name).cloned().unwrap_or_default();
        let (mode, version) = (field("mode"), field("version"));
        let mut values = BTreeMap::from([(ACCEPT_CARD_SCOPE.to_owned(), field(ACCEPT_CARD_SCOPE))]);
        for setting in product.settings {
            let typed = if setting.is_secret() { posted.remove(setting.name) } else { posted.get(setting.name).cloned() };
            values.insert(setting.name.to_owned(), typed.unwrap_or_default());
        }
        Self { mode, version, values }
    }

    fn typed(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Every problem at once, or what is kept. `stored` names the secrets that are there already, `before` is what was kept of
    /// the rest: what was accepted before stays accepted, and a choice that is not made again stays made.
    ///
    /// # Errors
    /// Every field's problem.
    pub fn parse(&self, product: &Product, mode: Mode, stored: &Secrets, before: Option<&Value>) -> Result<Typed, FieldErrors> {
        let mut errors = FieldErrors::default();
        let (mut settings, mut secrets) = (Map::new(), Secrets::default());
        for setting in product.settings {
            let typed = self.typed(setting.name);
            if setting.is_secret() {
                if !typed.is_empty() {
                    let kept = errors.keep(setting.name, setting.parse(mode, typed).map(Zeroizing::new));
                    secrets.0.extend(kept.map(|kept| (setting.name.to_owned(), kept)));
                } else if setting.empty == Empty::Refused && !stored.0.contains_key(setting.name) {
                    errors.push(setting.name, Problem::Required);
                }
            } else if let Some(kept) = errors.keep(setting.name, self.public(setting, mode, before)) {
                settings.insert(setting.name.to_owned(), as_json(setting, kept));
            }
        }
        if !product.currencies.is_empty() {
            settings.insert("currencies".to_owned(), product.currencies.iter().map(|currency| currency.code()).collect());
        }
        if before.is_some_and(is_accepted) || is_ticked(self.typed(ACCEPT_CARD_SCOPE)) {
            settings.insert(CARD_SCOPE_ACCEPTED.to_owned(), true.into());
        }
        errors.finish(Some(Typed { settings: settings.into(), secrets }))
    }

    fn public(&self, setting: &Setting, mode: Mode, before: Option<&Value>) -> Result<String, Problem> {
        let typed = self.typed(setting.name);
        if !typed.trim().is_empty() {
            return setting.parse(mode, typed);
        }
        if let Some(chosen) = before.and_then(|before| chosen_before(setting, before)) {
            return Ok(chosen);
        }
        match setting.empty {
            Empty::Refused => Err(Problem::Required),
            Empty::Kept => Ok(String::new()),
            Empty::Means(default) => Ok(default.to_owned()),
            // What is wrong with the other is said there.
            Empty::SameAs(other) => Ok(self.typed(other).trim().to_owned()),
        }
    }
}

fn as_json(setting: &Setting, kept: String) -> Value {
    match setting.rule {
        Rule::Whole { .. } => kept.parse::<u32>().map_or(Value::Null, Value::from),
        // An address is there or not.
        Rule::Ipv4 if kept.is_empty() => Value::Null,
        Rule::Line { .. } | Rule::Lines { .. } | Rule::Code { .. } | Rule::Ipv4 | Rule::Choice { .. } | Rule::Secret { .. } => kept.into(),
    }
}

/// Whether stored settings say that the card scope was accepted.
pub fn is_accepted(settings: &Value) -> bool {
    settings[CARD_SCOPE_ACCEPTED].as_bool().unwrap_or_default()
}

/// What stored settings say of a choice, as far as it is one: what was stored before there was the choice says it too.
pub fn chosen_before(setting: &Setting, stored: &Value) -> Option<String> {
    match setting.rule {
        Rule::Choice { of, before } => {
            let kept = stored[setting.name].as_str().filter(|kept| of.contains(kept));
            Some(kept.unwrap_or(before).to_owned())
        }
        Rule::Line { .. } | Rule::Lines { .. } | Rule::Code { .. } | Rule::Ipv4 | Rule::Whole { .. } | Rule::Secret { .. } => None,
    }
}

/// Whether card numbers come through this server with these settings, so that the scope must be accepted.
pub fn cards_come_here(product: &Product, settings: &Value) -> bool {
    match product.cards {
        CardScope::Ours => true,
        CardScope::Chosen => settings[CARD_ENTRY].as_str().unwrap_or(HERE) != AT_THE_GATEWAY,
        CardScope::Theirs | CardScope::Nowhere => false,
    }
}

impl Secrets {
    /// One by name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
        self
    }

    /// Nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These, and of `older` what is not in them.
    #[must_use]
    pub fn over(self, older: Self) -> Self {
        let mut all = older.0;
        all.extend(self.0);
        Self(all)
    }

    /// Each with its name.
    pub fn into_values(self) -> impl Iterator<Item = (String, Zeroizing<String>)> {
        self.0.into_iter()
    }

    /// Opens what [`Secrets::seal`] sealed; none when the key changed, the row was tampered with, or it is not ours.
    pub fn open(vault: &Vault, id: ProcessorConfigId, sealed: &[u8]) -> Option<Self> {
        let plain = vault.open(id.0.as_bytes(), sealed).ok()?;
        let named: BTreeMap<String, Zeroizing<String>> = serde_json::from_slice::<BTreeMap<String, String>>(&plain)
            .ok()?
            .into_iter()
            .map(|(name, value)| (name, Zeroizing::new(value)))
            .collect();
        Some(Self(named))
    }

    /// Sealed for the row they are in, as JSON by name.
    pub fn seal(&self, vault: &Vault, id: ProcessorConfigId) -> Vec<u8> {
        let named: BTreeMap<&str, &str> = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let plain = Zeroizing::new(serde_json::json!(named).to_string());
        vault.seal(id.0.as_bytes(), plain.as_bytes())
    }

    /// What of each may be shown, as it is stored.
    pub fn hints(&self) -> String {
        let hints: BTreeMap<&str, String> = self.0.iter().map(|(name, value)| (name.as_str(), hint(value))).collect();
        serde_json::json!(hints).to_string()
    }
}

/// What may be shown of the secrets, by name.
pub fn read_hints(product: &Product, stored: &str) -> BTreeMap<String, String> {
    // Rows of the first days hold one hint as it is.
    let single = || product.secrets().take(1).filter(|_| !stored.is_empty()).map(|name| (name.to_owned(), stored.to_owned())).collect();
    serde_json::from_str(stored).unwrap_or_else(|_| single())
}

/// What of a secret may be shown: its last four characters, when enough others stay hidden.
fn hint(secret: &str) -> String {
    let length = secret.chars().count();
    let shown: String = if length < 8 { String::new() } else { secret.chars().skip(length - 4).collect() };
    format!("••••{shown}")
}

#[cfg(test)]
mod tests {
    use super::super::fields::{OFFLINE, ORDERS, PAYFLOW, STRIPE};
    use super::*;
    use crate::server::clock::Clock;

    fn form(values: &[(&str, &str)]) -> ProcessorForm {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ProcessorForm { mode: "test".into(), version: String::new(), values }
    }

    fn parsed(product: &Product, values: &[(&str, &str)]) -> Result<Typed, Vec<(String, Problem)>> {
        let parsed = form(values).parse(product, Mode::Test, &Secrets::default(), None);
        parsed.map_err(|errors| errors.0.into_iter().map(|e| (e.field, e.problem)).collect())
    }

    #[test]
    fn every_problem_is_told_at_its_field() {
        let problems = parsed(&PAYFLOW, &[("partner", "a\"b"), ("password", "short")]).err();
        let expected =
            [("partner", Problem::NotForThisProcessor), ("vendor", Problem::Required), ("password", Problem::TooShort { min: 6 })];
        assert_eq!(problems, Some(expected.map(|(field, problem)| (field.to_owned(), problem)).to_vec()));
        assert_eq!(parsed(&OFFLINE, &[("instructions", " \n ")]).err(), Some(vec![("instructions".to_owned(), Problem::Required)]));
    }

    #[test]
    fn settings_are_kept_as_the_clients_read_them() {
        let typed = parsed(&PAYFLOW, &[("partner", "PayPal"), ("vendor", " shop "), ("password", "Simulator-2026")])
            .unwrap_or_else(|errors| panic!("{errors:?}"));
        let public: crate::server::payments::payflow::PublicSettings =
            serde_json::from_value(with_address(typed.settings.clone())).expect("readable");
        assert_eq!((public.vendor.as_str(), public.user.as_str()), ("shop", "shop"));
        assert!(!typed.settings.to_string().contains("Simulator") && !is_accepted(&typed.settings));
        assert_eq!(typed.secrets.hints(), r#"{"password":"••••2026"}"#);

        let typed = parsed(&OFFLINE, &[("instructions", "IBAN RO49"), ("days", "")]).unwrap_or_else(|errors| panic!("{errors:?}"));
        let offline: crate::server::payments::offline::OfflineSettings = serde_json::from_value(typed.settings).expect("readable");
        assert_eq!((offline.instructions.as_str(), offline.days), ("IBAN RO49", 14));
    }

    fn with_address(mut settings: Value) -> Value {
        settings["base_url"] = "http://127.0.0.1:3001/payflow/".into();
        settings
    }

    #[test]
    fn an_empty_secret_keeps_the_one_stored() {
        let stored = Secrets::default().with("secret_key", "sk_test_1234567890");
        let only_new = form(&[("webhook_secret", "whsec_abcdefgh")]);
        let typed = only_new.parse(&STRIPE, Mode::Test, &stored, None).expect("the other is there");
        let all: Vec<String> = typed.secrets.over(stored).into_values().map(|(name, _)| name).collect();
        assert_eq!(all, ["secret_key", "webhook_secret"]);
        let optional =
            parsed(&ORDERS, &[("client_id", "AVx"), ("client_secret", "secret-of-app")]).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(optional.settings["webhook_id"], "");
    }

    #[test]
    fn what_was_accepted_stays_accepted() {
        let values = [("partner", "PayPal"), ("vendor", "shop"), ("password", "Simulator-2026")];
        let ticked = [values.as_slice(), &[(ACCEPT_CARD_SCOPE, "1")]].concat();
        assert!(parsed(&PAYFLOW, &ticked).is_ok_and(|typed| is_accepted(&typed.settings)));
        let before = serde_json::json!({ CARD_SCOPE_ACCEPTED: true });
        let later = form(&values).parse(&PAYFLOW, Mode::Test, &Secrets::default(), Some(&before));
        assert!(later.is_ok_and(|typed| is_accepted(&typed.settings)));
    }

    #[test]
    fn cards_go_to_the_gateway_unless_it_was_or_is_chosen_otherwise() {
        let values = [("partner", "PayPal"), ("vendor", "shop"), ("password", "Simulator-2026")];
        let entry = |more: &[(&str, &str)], before: Option<Value>| {
            let typed = form(&[values.as_slice(), more].concat()).parse(&PAYFLOW, Mode::Test, &Secrets::default(), before.as_ref());
            typed.map(|typed| (typed.settings[CARD_ENTRY].clone(), cards_come_here(&PAYFLOW, &typed.settings))).ok()
        };
        let (gateway, here) = (Some((Value::from("gateway"), false)), Some((Value::from("here"), true)));
        assert_eq!(entry(&[], None), gateway);
        assert_eq!(entry(&[(CARD_ENTRY, "here")], None), here);
        assert_eq!(entry(&[], Some(serde_json::json!({ CARD_SCOPE_ACCEPTED: true }))), here, "stored before there was a choice");
        assert_eq!(entry(&[], Some(serde_json::json!({ CARD_ENTRY: "gateway" }))), gateway);
        assert_eq!(entry(&[], Some(serde_json::json!({ CARD_ENTRY: "here" }))), here);
        assert_eq!(entry(&[(CARD_ENTRY, "gateway")], Some(serde_json::json!({ CARD_ENTRY: "here" }))), gateway);
        assert_eq!(entry(&[(CARD_ENTRY, "nowhere")], None), None);
        assert!(cards_come_here(&PAYFLOW, &serde_json::json!({})) && !cards_come_here(&STRIPE, &serde_json::json!({})));
    }

    #[test]
    fn a_posted_secret_is_taken_out_and_never_printed() {
        let mut posted: BTreeMap<String, String> =
            [("mode", "test"), ("vendor", "shop"), ("password", "Simulator-2026")].map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let form = ProcessorForm::take(&PAYFLOW, &mut posted);
        assert!(!posted.contains_key("password") && posted["vendor"] == "shop");
        assert!(form.values["password"] == "Simulator-2026" && !format!("{form:?}").contains("Simulator"));
    }

    #[test]
    fn a_hint_shows_four_characters_of_a_long_secret_and_none_of_a_short_one() {
        assert_eq!((hint("Simulator-2026").as_str(), hint("secret7").as_str()), ("••••2026", "••••"));
        assert_eq!(read_hints(&PAYFLOW, "••••2026"), BTreeMap::from([("password".to_owned(), "••••2026".to_owned())]));
        assert_eq!(read_hints(&PAYFLOW, r#"{"password":"••••77"}"#)["password"], "••••77");
        assert!(read_hints(&PAYFLOW, "").is_empty() && read_hints(&OFFLINE, "{}").is_empty());
    }

    #[test]
    fn secrets_are_sealed_for_their_row() {
        let vault = Vault::parse(&Vault::new_key(&Clock::System)).expect("a new key is a key");
        let (id, other) = (ProcessorConfigId(uuid::Uuid::from_u128(1)), ProcessorConfigId(uuid::Uuid::from_u128(2)));
        let sealed = Secrets::default().with("api_password", "hush-hush").with("api_signature", "AxQ7").seal(&vault, id);
        assert!(!sealed.windows(4).any(|w| w == b"hush"));
        let opened = Secrets::open(&vault, id, &sealed).expect("opens").into_values().map(|(_, v)| v.to_string()).collect::<Vec<_>>();
        assert_eq!(opened, ["hush-hush", "AxQ7"]);
        assert!(Secrets::open(&vault, other, &sealed).is_none());
    }
}
