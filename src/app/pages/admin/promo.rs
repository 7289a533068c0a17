//! A new promo code, and one that exists.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::{
    frame::{AdminFrame, SavedNotice},
    promo_fields::{AudienceFacts, AudienceFields, DateFields, LimitFields, ValueFields},
    promo_preview::{Preview, Typed},
    promos::{PhaseChip, discount_words, uses_words},
};
use crate::{
    api::admin::{PromoDesk, PromoPhase, PromoSheet, PromoUse, find_promo_clash, generate_promo_code, get_promo, get_promo_desk},
    app::{
        components::{
            DataTable, Disclosure, Empty, ErrorSummary, Field, Glyph, Icon, Loaded, Look, Notice, Page, PageHeading, PostForm,
            RefusalNotice, Size, SubmitButton, Width,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{form::Problem, text::Lang},
    texts::admin as texts,
};

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("code", texts::promo_code(lang).into()),
        ("kind", texts::promo_value(lang).into()),
        ("percent", texts::promo_percent_field(lang).into()),
        ("amount", texts::promo_amount_field(lang).into()),
        ("minimum", texts::promo_minimum(lang).into()),
        ("starts_at", texts::promo_starts(lang).into()),
        ("ends_at", texts::promo_ends(lang).into()),
        ("uses_max", texts::promo_uses_max(lang).into()),
        ("uses_per_person_max", texts::promo_uses_each(lang).into()),
        ("people", texts::promo_people(lang).into()),
        ("sessions", texts::promo_sessions(lang).into()),
    ]
}

/// `/admin/promo-codes/new`, with `generate`.
#[component]
pub fn PromoNewPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_promo_desk());
    view! { <Loaded data=data width=Width::Wide view=|desk: PromoDesk| view! { <New desk=desk/> }.into_any()/> }
}

#[component]
fn New(desk: PromoDesk) -> impl IntoView {
    let lang = use_lang();
    let typed = Typed::new(None, None);
    let preview_desk = desk.clone();
    let posted = use_form_state();
    if posted.was_posted() {
        typed.kind.set(posted.value_or("kind", || "percent".to_owned()));
    }
    let back = (routes::ADMIN_PROMOS.to_owned(), texts::promo_codes(lang).to_owned());
    view! {
        <AdminFrame>
            <Page title=texts::promo_new(lang) width=Width::Wide>
                <PageHeading text=texts::promo_new(lang) back=back/>
                <div class="beside">
                    <div class="stack">
                        <ErrorSummary labels=labels(lang)/>
                        <RefusalNotice/>
                        <PostForm action=routes::ADMIN_PROMO_NEW class="stack stack--loose">
                            <CodeField generated=desk.generated.clone()/>
                            <ValueFields currency=desk.currency typed=typed/>
                            <DateFields zone=desk.zone.clone()/>
                            <LimitFields/>
                            <AudienceFields desk=desk.clone()/>
                            <div class="cluster"><SubmitButton>{texts::promo_create(lang)}</SubmitButton></div>
                        </PostForm>
                    </div>
                    <Preview desk=preview_desk typed=typed/>
                </div>
            </Page>
        </AdminFrame>
    }
}

/// The code with a button that makes one. Without scripts the button is a link to this page with a code in it.
#[component]
fn CodeField(generated: String) -> impl IntoView {
    let lang = use_lang();
    let query = leptos_router::hooks::use_query_map();
    let prefilled = if query.read_untracked().get("generate").is_some() { generated } else { String::new() };
    let code = RwSignal::new(prefilled);
    let generate = move |event: ev::MouseEvent| {
        event.prevent_default();
        spawn_local(async move {
            if let Ok(new) = generate_promo_code().await {
                code.set(new);
            }
        });
    };
    let exists = matches!(use_form_state().error("code"), Some(Problem::AlreadyExists)).then(|| use_form_state().value("code"));
    view! {
        <div class="stack stack--tight">
            <Field name="code" label=texts::promo_code(lang) hint=texts::promo_code_hint(lang) size=Size::Medium autocomplete="off" bind=code maxlength=40/>
            {exists.map(|typed| view! { <ClashLink typed=typed/> })}
            <p><a class="icon-link" href=format!("{}?generate=1", routes::ADMIN_PROMO_NEW) rel="external" on:click=generate><Icon icon=Glyph::Again/> " " {texts::promo_generate(lang)}</a></p>
        </div>
    }
}

/// Leads to the code that reads the same.
#[component]
fn ClashLink(typed: String) -> impl IntoView {
    let lang = use_lang();
    let found = Resource::new(move || typed.clone(), find_promo_clash);
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                found.await.ok().flatten().map(|id| view! { <p><a href=routes::admin_promo(&id.to_string())>{texts::promo_clash(lang)}</a></p> })
            })}
        </Suspense>
    }
}

/// `/admin/promo-codes/{id}`.
#[component]
pub fn PromoPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let data = Resource::new(move || id.get(), get_promo);
    view! { <Loaded data=data width=Width::Wide view=|page: PromoSheet| view! { <Sheet page=page/> }.into_any()/> }
}

#[component]
fn Sheet(page: PromoSheet) -> impl IntoView {
    let lang = use_lang();
    let typed = Typed::new(Some(page.line.discount), page.minimum);
    let back = (routes::ADMIN_PROMOS.to_owned(), texts::promo_codes(lang).to_owned());
    let summary = format!("{} · {}", discount_words(lang, page.line.discount), uses_words(lang, &page.line));
    let heading =
        view! { <PageHeading text=page.line.code.clone() lead=summary back=back><PhaseChip phase=page.line.phase/></PageHeading> };
    view! {
        <AdminFrame>
            <Page title=page.line.code.clone() width=Width::Wide>
                {heading}
                <div class="beside">
                    <div class="stack stack--loose">
                        <ErrorSummary labels=labels(lang)/>
                        <RefusalNotice/>
                        <SavedNotice/>
                        <ChangeForm page=page.clone() typed=typed/>
                        <AudienceFacts people=page.people.clone() sessions=page.sessions.clone() desk=page.desk.clone()/>
                        <Links page=page.clone()/>
                        <Uses uses=page.uses.clone()/>
                    </div>
                    <Preview desk=page.desk typed=typed/>
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn ChangeForm(page: PromoSheet, typed: Typed) -> impl IntoView {
    let lang = use_lang();
    let version = use_form_state().value_or("version", || page.version.to_string());
    let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let (action, label) = match page.line.phase {
        PromoPhase::Paused => ("activate", texts::promo_activate(lang)),
        PromoPhase::Active | PromoPhase::NotYet | PromoPhase::Expired | PromoPhase::UsedUp => ("pause", texts::promo_pause(lang)),
    };
    let value = if page.was_used {
        view! { <Notice><p>{texts::promo_settled(lang)}</p></Notice> }.into_any()
    } else {
        view! { <ValueFields currency=page.desk.currency typed=typed/> }.into_any()
    };
    view! {
        <PostForm action=routes::admin_promo(&page.line.id.to_string()) class="stack stack--loose">
            <input type="hidden" name="version" value=version/>
            {value}
            <DateFields zone=page.desk.zone.clone() starts_at=page.starts_at.clone() ends_at=page.ends_at.clone()/>
            <LimitFields uses_max=number(page.line.uses_max) per_person=number(page.per_person)/>
            <div class="cluster">
                <SubmitButton name="action" value="save">{texts::promo_save(lang)}</SubmitButton>
                <SubmitButton look=Look::Quiet name="action" value=action>{label}</SubmitButton>
                {(!page.was_used).then(|| view! { <SubmitButton look=Look::Danger name="action" value="delete">{texts::promo_delete(lang)}</SubmitButton> })}
            </div>
        </PostForm>
    }
}

/// Addresses that fill the code in (ux.md U-107).
#[component]
fn Links(page: PromoSheet) -> impl IntoView {
    let lang = use_lang();
    let fits = |id| page.sessions.is_empty() || page.sessions.contains(id);
    let rows = page
        .desk
        .sessions
        .iter()
        .filter(|choice| fits(&choice.id))
        .take(10)
        .map(|choice| {
            let path = format!("{}?code={}", routes::session(&choice.slug), routes::encode(&page.line.code));
            let address = format!("{}{path}", page.desk.base_url);
            view! { <li><span class="small">{choice.topic.clone()}</span> " " <a class="tiny breakable" href=path>{address}</a></li> }
        })
        .collect_view();
    view! { <Disclosure label=texts::promo_link(lang)><ul class="stack stack--tight">{rows}</ul></Disclosure> }
}

#[component]
fn Uses(uses: Vec<PromoUse>) -> impl IntoView {
    let lang = use_lang();
    if uses.is_empty() {
        return view! { <Empty sentence=texts::promo_no_uses(lang) icon=Glyph::Tag/> }.into_any();
    }
    let rows = uses
        .into_iter()
        .map(|used| {
            let held = (!used.is_final).then(|| view! { " " <span class="tiny quiet">{texts::promo_held(lang)}</span> });
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=routes::admin_order(&used.order.to_string())><code>{used.reference}</code></a> {held}</th>
                    <td>{used.buyer}</td>
                    <td class="small">{used.at}</td>
                    <td class="num">{used.discount.show(lang)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::promo_uses_list(lang) dense=true>
            <thead>
                <tr>
                    <th scope="col">{texts::col_order(lang)}</th>
                    <th scope="col">{texts::col_buyer(lang)}</th>
                    <th scope="col">{texts::col_when(lang)}</th>
                    <th scope="col" class="num">{texts::col_takes_off(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
