//! Payment processors: one account per mode, with what may be shown of its secret and how its last test ended.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    frame::{AdminFrame, SavedNotice},
    settings::SetupRefusal,
};
use crate::{
    api::admin::{ProcessorCard, ProcessorsSheet, get_processors},
    app::{
        components::{Chip, ErrorSummary, Field, Loaded, Look, Need, Notice, Page, PageHeading, PostForm, SubmitButton, Tone, Width},
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    texts::admin as texts,
};

/// `/admin/processors`, with `mode`; also shown by a refused post.
#[component]
pub fn ProcessorsPage() -> impl IntoView {
    let query = use_query_map();
    let posted = use_form_state();
    // A refused post says in its fields which account it was about; its own address does not.
    let mode = Memo::new(move |_| posted.value_or("mode", || query.read().get("mode").unwrap_or_default()));
    let data = Resource::new(|| (), |()| get_processors());
    view! { <Loaded data=data width=Width::Wide view=move |page: ProcessorsSheet| view! { <Processors page=page mode=mode/> }.into_any()/> }
}

#[component]
fn Processors(page: ProcessorsSheet, mode: Memo<String>) -> impl IntoView {
    let lang = use_lang();
    let labels: Vec<(&str, String)> = vec![
        ("partner", texts::partner(lang).into()),
        ("vendor", texts::vendor(lang).into()),
        ("user", texts::user(lang).into()),
        ("password", texts::password(lang).into()),
    ];
    let country = page.country.unwrap_or_default();
    let cards = StoredValue::new(page.cards);
    // The mode asked for, else the one in use, which comes first.
    let shown = move || cards.with_value(|cards| cards.iter().find(|card| card.mode == mode.get()).or(cards.first()).cloned());
    view! {
        <AdminFrame>
            <Page title=texts::processors(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=texts::processors(lang) lead=texts::processors_lead(lang)/>
                    <ErrorSummary labels=labels/>
                    <SetupRefusal/>
                    <SavedNotice/>
                    {move || shown().map(|card| view! { <ModeTabs cards=cards shown=card.mode.clone()/> <Account card=card country=country.clone()/> })}
                </div>
            </Page>
        </AdminFrame>
    }
}

fn mode_label(lang: crate::domain::text::Lang, mode: &str) -> &'static str {
    if mode == "live" { texts::mode_live(lang) } else { texts::mode_test(lang) }
}

#[component]
fn ModeTabs(cards: StoredValue<Vec<ProcessorCard>>, shown: String) -> impl IntoView {
    let lang = use_lang();
    let tabs = cards.with_value(|cards| {
        cards
            .iter()
            .map(|card| {
                let href = format!("{}?mode={}", routes::ADMIN_PROCESSORS, card.mode);
                let in_use = card.in_use.then(|| view! { " " <span class="tiny quiet">{texts::mode_in_use(lang)}</span> });
                view! { <li><a href=href aria-current=(card.mode == shown).then_some("page")>{mode_label(lang, &card.mode)} {in_use}</a></li> }
            })
            .collect_view()
    });
    view! { <nav class="tabs" aria-label=texts::mode_switch(lang)><ul>{tabs}</ul></nav> }
}

#[component]
fn Account(card: ProcessorCard, country: String) -> impl IntoView {
    let lang = use_lang();
    let (tone, state) = match (card.configured, card.enabled) {
        (false, _) => (Tone::Info, texts::not_configured(lang)),
        (true, true) => (Tone::Good, texts::offered(lang)),
        (true, false) => (Tone::Warn, texts::not_offered(lang)),
    };
    let body = if card.ruled_out {
        view! { <Notice tone=Tone::Warn><p>{texts::processor_ruled_out(lang, &country)}</p></Notice> }.into_any()
    } else {
        view! { <AccountForm card=card.clone()/> }.into_any()
    };
    view! {
        <section class="card stack narrow" class:ruled-out=card.ruled_out data-processor=card.kind.clone() data-mode=card.mode.clone()>
            <div class="between">
                <h2 class="section__title">{texts::processor_payflow(lang)}</h2>
                <span class="cluster"><Chip tone=tone label=state/> <Chip label=mode_label(lang, &card.mode)/></span>
            </div>
            <p class="quiet small">{texts::processor_legacy(lang)}</p>
            {(!card.ruled_out).then(|| view! { <p class="small"><code>{texts::calls(lang, &card.address)}</code></p> })}
            {body}
        </section>
    }
}

#[component]
fn AccountForm(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let version = use_form_state().value_or("version", || card.version.clone());
    let password_hint =
        if card.secret_hint.is_empty() { texts::password_hint(lang).to_owned() } else { texts::password_stored(lang, &card.secret_hint) };
    let password_need = if card.secret_hint.is_empty() { Need::Required } else { Need::Optional };
    let (switch, switch_label) =
        if card.enabled { ("pause", texts::processor_pause(lang)) } else { ("offer", texts::processor_offer(lang)) };
    let actions = card.configured.then(|| {
        view! {
            <SubmitButton look=Look::Quiet name="action" value="test">{texts::processor_test(lang)}</SubmitButton>
            <SubmitButton look=Look::Quiet name="action" value=switch>{switch_label}</SubmitButton>
        }
    });
    view! {
        <TestResult card=card.clone()/>
        <PostForm action=routes::admin_processor(&card.kind)>
            <input type="hidden" name="mode" value=card.mode.clone()/>
            <input type="hidden" name="version" value=version/>
            <Field name="partner" label=texts::partner(lang) hint=texts::partner_hint(lang) value=card.partner maxlength=64/>
            <Field name="vendor" label=texts::vendor(lang) value=card.vendor maxlength=64/>
            <Field name="user" label=texts::user(lang) hint=texts::user_hint(lang) value=card.user need=Need::Optional maxlength=64/>
            <Field name="password" label=texts::password(lang) kind="password" hint=password_hint need=password_need autocomplete="off" maxlength=32/>
            <div class="cluster">
                <SubmitButton name="action" value="save">{texts::processor_save(lang)}</SubmitButton>
                {actions}
            </div>
        </PostForm>
    }
}

#[component]
fn TestResult(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    if !card.configured {
        return ().into_any();
    }
    let (tone, title, text) = match (card.tested_at, card.test_ok) {
        (Some(at), Some(true)) => (Tone::Good, texts::tested_ok(lang, &at), String::new()),
        (Some(at), Some(false)) => {
            (Tone::Bad, texts::tested_bad(lang, &at), texts::test_reason(lang, card.test_reason.as_deref().unwrap_or_default()))
        }
        (Some(_) | None, Some(_) | None) => (Tone::Info, texts::not_tested(lang).to_owned(), String::new()),
    };
    let state = match card.test_ok {
        Some(true) => "ok",
        Some(false) => "failed",
        None => "none",
    };
    let text = (!text.is_empty()).then(|| view! { <p>{text}</p> });
    view! { <div id="test" data-test=state><Notice tone=tone title=title>{text}</Notice></div> }.into_any()
}
