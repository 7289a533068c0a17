//! Settings: the features with what they still need, then the site itself.

use leptos::prelude::*;

use super::frame::{AdminFrame, SavedNotice};
use crate::{
    api::admin::{FeatureLine, SettingsSheet, get_settings},
    app::{
        components::{
            Checkbox, Chip, Choice, Empty, ErrorSummary, Field, Glyph, Icon, Loaded, Look, Need, Notice, Page, PageHeading, PostForm,
            RadioGroup, RefusalNotice, Section, Select, Size, SubmitButton, TextArea, Tone, Width,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{card::Funding, feature::Feature, form::Refusal, money::Currency, pricing::TaxMode},
    texts::admin as texts,
};

/// `/admin/settings`, also shown by a refused post to `/admin/features`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_settings());
    view! { <Loaded data=data width=Width::Wide view=|page: SettingsSheet| view! { <Settings page=page/> }.into_any()/> }
}

#[component]
fn Settings(page: SettingsSheet) -> impl IntoView {
    let lang = use_lang();
    let labels: Vec<(&str, String)> = vec![
        ("name", texts::site_name(lang).into()),
        ("seller", texts::seller(lang).into()),
        ("support_email", texts::support_email(lang).into()),
        ("currency", texts::currency(lang).into()),
        ("merchant_country", texts::country(lang).into()),
        ("fee_max", texts::fee_max(lang).into()),
        ("tax_name", texts::tax_name(lang).into()),
        ("tax_rate", texts::tax_rate(lang).into()),
        ("hold_minutes", texts::hold_minutes(lang).into()),
        ("refund_policy", texts::refund_policy(lang).into()),
        ("accept_credit", texts::cards_section(lang).into()),
    ];
    let features = page.features.clone();
    view! {
        <AdminFrame>
            <Page title=texts::settings(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=texts::settings(lang)/>
                    <ErrorSummary labels=labels/>
                    <SetupRefusal/>
                    <SavedNotice/>
                    <Features features=features/>
                    <SiteForm page=page/>
                </div>
            </Page>
        </AdminFrame>
    }
}

/// Which steps are missing, in words and with links; other refusals as everywhere.
#[component]
pub(super) fn SetupRefusal() -> impl IntoView {
    let lang = use_lang();
    match use_form_state().refusal {
        Some(Refusal::SetupIncomplete { missing }) => view! {
            <Notice tone=Tone::Warn title=texts::setup_refused(lang) alert=true>
                <p>{texts::to_do_first(lang)}</p>
                <Steps missing=missing/>
            </Notice>
        }
        .into_any(),
        Some(_) | None => view! { <RefusalNotice/> }.into_any(),
    }
}

/// Where a missing step is done.
fn place(code: &str) -> &'static str {
    match code {
        "processor" | "processor_test" | "card_scope" => routes::ADMIN_PROCESSORS,
        "rate_card" => routes::ADMIN_RATES,
        "currency" => "/admin/settings#f-currency",
        _ => "/admin/settings#features",
    }
}

#[component]
fn Steps(missing: Vec<String>) -> impl IntoView {
    let lang = use_lang();
    let items = missing
        .into_iter()
        .map(|code| view! { <li data-step=code.clone()><a href=place(&code)>{texts::step(lang, &code)}</a></li> })
        .collect_view();
    view! { <ul class="steps-missing">{items}</ul> }
}

#[component]
fn Features(features: Vec<FeatureLine>) -> impl IntoView {
    let lang = use_lang();
    let is_empty = features.is_empty();
    let cards = features.into_iter().map(|line| view! { <FeatureCard line=line/> }).collect_view();
    view! {
        <div id="features">
            <Section title=texts::features(lang) hint=texts::features_hint(lang)>
                {if is_empty {
                    view! { <Empty sentence=texts::no_features(lang) icon=Glyph::Lock/> }.into_any()
                } else {
                    view! { <ul class="features">{cards}</ul> }.into_any()
                }}
            </Section>
        </div>
    }
}

#[component]
fn FeatureCard(line: FeatureLine) -> impl IntoView {
    let lang = use_lang();
    let FeatureLine { feature, switch, missing } = line;
    let (tone, state) = if switch.enabled { (Tone::Good, texts::enabled(lang)) } else { (Tone::Info, texts::not_enabled(lang)) };
    let waits = (!missing.is_empty()).then(|| view! { <p class="small">{texts::to_do_first(lang)}</p> <Steps missing=missing/> });
    view! {
        <li class="card feature" data-feature=feature.code() data-state=if switch.enabled { "enabled" } else { "provisioned" }>
            <div class="between">
                <h3 class="plain-title">{texts::feature(lang, feature)} " " <Chip tone=tone label=state/></h3>
                <FeatureSwitch feature=feature enabled=switch.enabled/>
            </div>
            <p class="quiet small">{texts::feature_text(lang, feature)}</p>
            {waits}
        </li>
    }
}

#[component]
fn FeatureSwitch(feature: Feature, enabled: bool) -> impl IntoView {
    let lang = use_lang();
    let (value, look, label) = if enabled { ("0", Look::Small, texts::disable(lang)) } else { ("1", Look::Quiet, texts::enable(lang)) };
    view! {
        <PostForm action=routes::ADMIN_FEATURES class="cluster">
            <input type="hidden" name="feature" value=feature.code()/>
            <SubmitButton look=look name="enabled" value=value>{label} <span class="visually-hidden">" " {texts::feature(lang, feature)}</span></SubmitButton>
        </PostForm>
    }
}

#[component]
fn SiteForm(page: SettingsSheet) -> impl IntoView {
    let lang = use_lang();
    let version = use_form_state().value_or("version", || page.version.to_string());
    let SettingsSheet { name, seller, support_email, hold_minutes, refund_policy, card_kinds: kinds, .. } = page.clone();
    view! {
        <PostForm action=routes::ADMIN_SETTINGS class="stack stack--loose narrow">
            <input type="hidden" name="version" value=version/>
            <Section title=texts::site_section(lang)>
                <Field name="name" label=texts::site_name(lang) value=name maxlength=80 autocomplete="organization"/>
                <Field name="seller" label=texts::seller(lang) hint=texts::seller_hint(lang) value=seller maxlength=300/>
                <Field name="support_email" label=texts::support_email(lang) kind="email" value=support_email need=Need::Optional maxlength=254/>
            </Section>
            <MoneyFields page=page/>
            <Section title=texts::cards_section(lang) hint=texts::cards_hint(lang)>
                <input type="hidden" name="asks_card_kinds" value="1"/>
                <Checkbox name="accept_credit" label=texts::accept_credit(lang) checked=kinds.takes(Some(Funding::Credit))/>
                <Checkbox name="accept_debit" label=texts::accept_debit(lang) hint=texts::accept_debit_hint(lang) checked=kinds.takes(Some(Funding::Debit))/>
            </Section>
            <Section title=texts::rules_section(lang)>
                <Field name="hold_minutes" label=texts::hold_minutes(lang) after=texts::minutes_unit(lang) inputmode="numeric" size=Size::Short
                    value=hold_minutes.to_string() maxlength=4/>
                <TextArea name="refund_policy" label=texts::refund_policy(lang) hint=texts::refund_policy_hint(lang) value=refund_policy
                    need=Need::Optional maxlength=4000/>
            </Section>
            <div class="cluster"><SubmitButton>{texts::save_settings(lang)}</SubmitButton></div>
        </PostForm>
    }
}

#[component]
fn MoneyFields(page: SettingsSheet) -> impl IntoView {
    let lang = use_lang();
    let chosen = page.currency.map_or("", Currency::code);
    let mut currencies = vec![Choice::new("", texts::not_chosen(lang))];
    currencies.extend(Currency::ALL.iter().map(|c| Choice::new(c.code(), c.code())));
    let modes = vec![
        Choice::new("none", texts::tax_none(lang)),
        Choice::new("included", texts::tax_included(lang)).hint(texts::tax_usage_hint(lang)),
        Choice::new("added", texts::tax_added(lang)),
    ];
    let mode = match page.tax.as_ref().map(|tax| tax.mode) {
        None => "none",
        Some(TaxMode::Included) => "included",
        Some(TaxMode::Added) => "added",
    };
    let (country, currency_settled) = (page.merchant_country, page.currency_settled);
    let (tax_name, tax_rate) = page.tax.map(|tax| (tax.name, tax.rate.to_string())).unwrap_or_default();
    let fee_max = page.fee_max.map(|max| max.plain()).unwrap_or_default();
    view! {
        <Section title=texts::money_section(lang)>
            {if currency_settled {
                view! {
                    <p class="settled"><Icon icon=Glyph::Lock/> <strong data-field="currency">{chosen}</strong> " " <span class="quiet small">{texts::currency_settled(lang)}</span></p>
                    <input type="hidden" name="currency" value=chosen/>
                }.into_any()
            } else {
                view! { <Select name="currency" label=texts::currency(lang) hint=texts::currency_hint(lang) options=currencies value=chosen/> }.into_any()
            }}
            <Field name="merchant_country" label=texts::country(lang) hint=texts::country_hint(lang) value=country size=Size::Short
                need=Need::Optional maxlength=2/>
            <Field name="fee_max" label=texts::fee_max(lang) after=chosen inputmode="decimal" size=Size::Medium value=fee_max maxlength=20/>
            <RadioGroup name="tax_mode" legend=texts::tax_mode(lang) options=modes value=mode/>
            <div class="columns">
                <Field name="tax_name" label=texts::tax_name(lang) value=tax_name size=Size::Short need=Need::Optional maxlength=20/>
                <Field name="tax_rate" label=texts::tax_rate(lang) value=tax_rate after="%" inputmode="decimal" size=Size::Short need=Need::Optional maxlength=6/>
            </div>
        </Section>
    }
}
