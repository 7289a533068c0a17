//! One payment processor in one mode: what its set-up asks, with what may be shown of its secrets and how its last test ended.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    frame::{AdminFrame, SavedNotice},
    processors::{StateChip, mode_label, ruled_out, shown_mode, test_code},
    settings::SetupRefusal,
};
use crate::{
    api::{
        admin::{CardPlace, ProcessorCard, ProcessorField, ProcessorsSheet, SettingKind, get_processors},
        error::ApiError,
    },
    app::{
        components::{
            Checkbox, Chip, Choice, ErrorPage, ErrorSummary, Field, Glyph, Icon, Loaded, Look, Need, Notice, Page, PageHeading, PostForm,
            RadioGroup, Section, Size, SubmitButton, TextArea, Tone, Width,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::text::Lang,
    texts::admin as texts,
};

/// `/admin/processors/{kind}`, with `mode`; also shown by a refused post.
#[component]
pub fn ProcessorPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let kind = Memo::new(move |_| params.read().get("kind").unwrap_or_default());
    let posted = use_form_state();
    // A refused post says in its fields which account it was about; its own address does not.
    let mode = Memo::new(move |_| posted.value_or("mode", || query.read().get("mode").unwrap_or_default()));
    let data = Resource::new(|| (), |()| get_processors());
    let find = move |page: ProcessorsSheet| {
        let shown = shown_mode(&page, &mode.get());
        let country = page.country.clone().unwrap_or_default();
        match page.cards.into_iter().find(|card| card.kind == kind.get() && card.mode == shown) {
            Some(card) => view! { <Processor card=card country=country/> }.into_any(),
            None => view! { <ErrorPage error=ApiError::NotFound/> }.into_any(),
        }
    };
    view! { <Loaded data=data width=Width::Wide view=find/> }
}

#[component]
fn Processor(card: ProcessorCard, country: String) -> impl IntoView {
    let lang = use_lang();
    let mut labels: Vec<(String, String)> =
        card.fields.iter().map(|field| (field.name.clone(), texts::setting(lang, &field.name).0)).collect();
    labels.push(("accept_card_scope".to_owned(), texts::scope_ours_title(lang).to_owned()));
    let title = texts::processor(lang, &card.name);
    let back = (routes::admin_processors_in(&card.mode), texts::processors(lang).to_owned());
    let warning = card.ruled_out.map(|why| view! { <Notice tone=Tone::Warn><p>{ruled_out(lang, why, &country)}</p></Notice> });
    let is_usable = card.ruled_out.is_none();
    let (kind, mode) = (card.kind.clone(), card.mode.clone());
    let (chip, mode_words) = (card.clone(), mode_label(lang, &mode));
    view! {
        <AdminFrame>
            <Page title=title.clone() width=Width::Wide>
                <PageHeading text=title back=back>
                    <span class="cluster"><StateChip card=chip/> <Chip label=mode_words/></span>
                </PageHeading>
                <div class="stack stack--loose narrow" data-processor=kind data-mode=mode>
                    <ErrorSummary labels=labels/>
                    <SetupRefusal/>
                    <SavedNotice/>
                    {warning}
                    <About card=card.clone()/>
                    {card.configured.then(|| view! { <TestResult card=card.clone()/> })}
                    {is_usable.then(|| view! { <SettingsForm card=card.clone()/> })}
                    {card.configured.then(|| view! { <Removal card=card.clone()/> })}
                </div>
            </Page>
        </AdminFrame>
    }
}

/// What to know of it before anything is typed.
#[component]
fn About(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let legacy = card.legacy.map(|legacy| {
        let closed = legacy.closed.then(|| texts::processor_closed(lang));
        view! { <p class="quiet small">{texts::processor_legacy(lang, &legacy.successor)} " " {closed}</p> }
    });
    let scope = match card.cards {
        CardPlace::Ours { .. } | CardPlace::Gateway { .. } | CardPlace::Nowhere => None,
        CardPlace::Theirs => Some(view! { <p class="quiet small">{texts::scope_theirs(lang)}</p> }),
    };
    let calls = card.address.map(|address| view! { <p class="small breakable"><code>{texts::calls(lang, &address)}</code></p> });
    view! { <div class="stack stack--tight">{legacy} {scope} {calls}</div> }
}

#[component]
fn TestResult(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let state = test_code(&card);
    let (tone, title, text) = match (card.tested_at, card.test_ok) {
        (Some(at), Some(true)) => (Tone::Good, texts::tested_ok(lang, &at), String::new()),
        (Some(at), Some(false)) => {
            (Tone::Bad, texts::tested_bad(lang, &at), texts::test_reason(lang, card.test_reason.as_deref().unwrap_or_default()))
        }
        (Some(_) | None, Some(_) | None) => (Tone::Info, texts::not_tested(lang).to_owned(), String::new()),
    };
    let text = (!text.is_empty()).then(|| view! { <p>{text}</p> });
    view! { <div id="test" data-test=state><Notice tone=tone title=title>{text}</Notice></div> }
}

#[component]
fn SettingsForm(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let version = use_form_state().value_or("version", || card.version.clone());
    let fields = card.fields.iter().map(|field| view! { <Setting field=field.clone()/> }).collect_view();
    let (switch, switch_label) =
        if card.enabled { ("pause", texts::processor_pause(lang)) } else { ("offer", texts::processor_offer(lang)) };
    let actions = card.configured.then(|| {
        view! {
            <SubmitButton look=Look::Quiet name="action" value="test">{texts::processor_test(lang)}</SubmitButton>
            <SubmitButton look=Look::Quiet name="action" value=switch>{switch_label}</SubmitButton>
        }
    });
    view! {
        <PostForm action=routes::admin_processor(&card.kind)>
            <input type="hidden" name="mode" value=card.mode.clone()/>
            <input type="hidden" name="version" value=version/>
            {fields}
            {card.notice_url.map(|url| view! { <NoticeAddress url=url/> })}
            <Scope cards=card.cards has_choice=card.fields.iter().any(|field| matches!(field.kind, SettingKind::Choice { .. }))/>
            <div class="cluster">
                <SubmitButton name="action" value="save">{texts::processor_save(lang)}</SubmitButton>
                {actions}
            </div>
        </PostForm>
    }
}

fn length(max: usize) -> u32 {
    u32::try_from(max).unwrap_or(u32::MAX)
}

#[component]
fn Setting(field: ProcessorField) -> impl IntoView {
    let lang = use_lang();
    let (label, hint) = texts::setting(lang, &field.name);
    let ProcessorField { name, kind, needed, value, hint: stored } = field;
    let need = if needed { Need::Required } else { Need::Optional };
    match kind {
        SettingKind::Line { max } => {
            view! { <Field name=name label=label hint=hint value=value need=need maxlength=length(max)/> }.into_any()
        }
        SettingKind::Lines { max } => {
            view! { <TextArea name=name label=label hint=hint value=value need=need maxlength=length(max)/> }.into_any()
        }
        SettingKind::Whole { max, .. } => view! {
            <Field name=name label=label hint=hint value=value need=need inputmode="numeric" size=Size::Short after=texts::days_unit(lang)
                maxlength=length(max.to_string().len())/>
        }
        .into_any(),
        SettingKind::Choice { of } => {
            let choice = |value: String| {
                let (label, remark) = texts::setting_choice(lang, &name, &value);
                Choice { value, label, hint: remark.to_owned() }
            };
            let options = of.into_iter().map(choice).collect::<Vec<_>>();
            view! { <RadioGroup name=name legend=label options=options value=value/> }.into_any()
        }
        SettingKind::Secret { min, max } => {
            let hint = secret_hint(lang, hint, &stored, (min, max));
            // One that is stored may stay empty: it is kept.
            let need = if stored.is_empty() { need } else { Need::Optional };
            view! { <Field name=name label=label kind="password" hint=hint need=need autocomplete="off" maxlength=length(max)/> }.into_any()
        }
    }
}

/// What is stored of a secret, or what is asked of a new one.
fn secret_hint(lang: Lang, hint: &str, stored: &str, (min, max): (usize, usize)) -> String {
    match (stored.is_empty(), hint.is_empty()) {
        (false, _) => texts::password_stored(lang, stored),
        (true, false) => hint.to_owned(),
        (true, true) => texts::lengths(lang, &min.to_string(), &max.to_string()),
    }
}

/// Where notices are taken, to be copied.
#[component]
fn NoticeAddress(url: String) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="field">
            <label class="field__label" for="notice-address">{texts::notice_address(lang)}</label>
            <p class="field__hint" id="notice-address-hint">{texts::notice_address_hint(lang)}</p>
            <input id="notice-address" class="control" type="text" readonly value=url aria-describedby="notice-address-hint"/>
        </div>
    }
}

/// What card numbers on this server ask of the merchant, to be taken on once. Where it is a choice, it is shown with that choice.
#[component]
fn Scope(cards: CardPlace, has_choice: bool) -> impl IntoView {
    let lang = use_lang();
    let class = if has_choice { "stack when-cards-here" } else { "stack" };
    match cards {
        CardPlace::Ours { accepted: false } | CardPlace::Gateway { accepted: false } => view! {
            <div class=class>
                <Notice tone=Tone::Warn title=texts::scope_ours_title(lang)><p>{texts::scope_ours_text(lang)}</p></Notice>
                <Checkbox name="accept_card_scope" label=texts::scope_accept(lang)/>
            </div>
        }
        .into_any(),
        CardPlace::Ours { accepted: true } | CardPlace::Gateway { accepted: true } => view! {
            <p class=if has_choice { "small quiet when-cards-here" } else { "small quiet" } data-field="card_scope"><Icon icon=Glyph::Good/> " " {texts::scope_accepted(lang)}</p>
        }
        .into_any(),
        CardPlace::Theirs | CardPlace::Nowhere => ().into_any(),
    }
}

#[component]
fn Removal(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let pause = (card.enabled && card.ruled_out.is_some())
        .then(|| view! { <SubmitButton look=Look::Quiet name="action" value="pause">{texts::processor_pause(lang)}</SubmitButton> });
    view! {
        <Section title=texts::processor_remove_title(lang) hint=texts::processor_remove_text(lang)>
            <PostForm action=routes::admin_processor(&card.kind) class="cluster">
                <input type="hidden" name="mode" value=card.mode/>
                {pause}
                <SubmitButton look=Look::Danger name="action" value="remove">{texts::processor_remove(lang)}</SubmitButton>
            </PostForm>
        </Section>
    }
}
