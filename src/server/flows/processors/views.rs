//! The processors page's data. Secrets are not in it: only the hints kept beside them.

use serde_json::Value;

use super::{
    available,
    fields::{self, CardScope, Product, Unavailable},
    form::{cards_come_here, chosen_before, is_accepted, read_hints},
    kinds, list, read_settings,
    rules::{Empty, Mode, Rule, Setting},
};
use crate::api::admin::{CardPlace, LegacyNote, ProcessorCard, ProcessorField, ProcessorsSheet, RuledOut, SettingKind};
use crate::server::{ctx::Ctx, failure::Failure, payments::ProcessorKind, store::processor_config::StoredConfig, zones};

/// `255.255.255.255`.
const IPV4_MAX: usize = 15;

/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn sheet(ctx: &Ctx) -> Result<ProcessorsSheet, Failure> {
    let stored = list(ctx).await?;
    let mut modes = Mode::ALL;
    if !ctx.site().test_mode {
        modes.reverse();
    }
    let cards = modes.into_iter().flat_map(|mode| of_mode(ctx, mode, &stored)).collect();
    Ok(ProcessorsSheet { modes: modes.map(|mode| mode.code().to_owned()).to_vec(), cards, country: ctx.site().merchant_country.clone() })
}

/// Every kind: those configured first, in order of display.
fn of_mode(ctx: &Ctx, mode: Mode, stored: &[StoredConfig]) -> Vec<ProcessorCard> {
    let place = |kind: ProcessorKind| stored.iter().position(|s| s.kind == kind.code() && s.mode == mode.code());
    let mut kinds: Vec<ProcessorKind> = kinds().collect();
    // Stable: what is not configured keeps the order of the tables.
    kinds.sort_by_key(|kind| place(*kind).unwrap_or(usize::MAX));
    let card = |kind| Some(card(ctx, kind, fields::of(kind)?, mode, place(kind).and_then(|at| stored.get(at))));
    kinds.into_iter().filter_map(card).collect()
}

fn card(ctx: &Ctx, kind: ProcessorKind, product: &Product, mode: Mode, stored: Option<&StoredConfig>) -> ProcessorCard {
    let settings = stored.and_then(read_settings).unwrap_or_default();
    let hints = stored.map(|s| read_hints(product, &s.secret_hint)).unwrap_or_default();
    let field = |setting: &Setting| ProcessorField {
        name: setting.name.to_owned(),
        kind: kind_of(setting.rule),
        needed: setting.empty == Empty::Refused,
        value: stored.and_then(|_| chosen_before(setting, &settings)).unwrap_or_else(|| shown(setting, &settings)),
        hint: hints.get(setting.name).cloned().unwrap_or_default(),
    };
    ProcessorCard {
        kind: kind.code().to_owned(),
        name: product.name.to_owned(),
        method: kind.method(),
        mode: mode.code().to_owned(),
        in_use: mode.code() == ctx.site().mode(),
        ruled_out: available(product, ctx.site()).err().map(reason),
        configured: stored.is_some(),
        legacy: product.legacy.map(|legacy| LegacyNote { successor: legacy.successor.to_owned(), closed: legacy.closed }),
        cards: match product.cards {
            CardScope::Chosen if stored.is_none() || !cards_come_here(product, &settings) => {
                CardPlace::Gateway { accepted: is_accepted(&settings) }
            }
            CardScope::Ours | CardScope::Chosen => CardPlace::Ours { accepted: is_accepted(&settings) },
            CardScope::Theirs => CardPlace::Theirs,
            CardScope::Nowhere => CardPlace::Nowhere,
        },
        fields: product.settings.iter().map(field).collect(),
        address: product.hosts.map(|hosts| hosts.address(&ctx.app.config, mode)),
        notice_url: product.notice_url(&ctx.app, ctx.site()),
        enabled: stored.is_some_and(|s| s.enabled),
        tested_at: stored.and_then(|s| s.tested_at).map(|at| zones::instant_text(at, &ctx.site().time_zone, ctx.lang())),
        test_ok: stored.and_then(|s| s.test_ok),
        test_reason: stored.and_then(|s| s.test_reason.clone()),
        version: stored.map(|s| s.version.to_string()).unwrap_or_default(),
    }
}

fn reason(why: Unavailable) -> RuledOut {
    match why {
        Unavailable::Country => RuledOut::Country,
        Unavailable::Currency(currency) => RuledOut::Currency(currency),
    }
}

fn kind_of(rule: Rule) -> SettingKind {
    match rule {
        Rule::Line { max, .. } => SettingKind::Line { max },
        Rule::Lines { max } => SettingKind::Lines { max },
        Rule::Code { length } => SettingKind::Line { max: length },
        Rule::Ipv4 => SettingKind::Line { max: IPV4_MAX },
        Rule::Whole { min, max } => SettingKind::Whole { min, max },
        Rule::Choice { of, before: _ } => SettingKind::Choice { of: of.iter().map(|value| (*value).to_owned()).collect() },
        Rule::Secret { min, max, .. } => SettingKind::Secret { min, max },
    }
}

/// What a field holds when it is first seen: what is stored, else its default.
fn shown(setting: &Setting, settings: &Value) -> String {
    if setting.is_secret() {
        return String::new();
    }
    match (&settings[setting.name], setting.empty) {
        (Value::String(text), _) => text.clone(),
        (Value::Number(number), _) => number.to_string(),
        (Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_), Empty::Means(default)) => default.to_owned(),
        (Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_), Empty::Refused | Empty::Kept | Empty::SameAs(_)) => {
            String::new()
        }
    }
}
