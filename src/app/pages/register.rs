//! Registering: who is coming. No account, no card yet.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::catalogue::{Question, RegisterDetails as Data, SessionDetails, get_registration_form},
    app::{
        components::{
            Checkbox, Choice, ErrorSummary, Field, Glyph, Icon, LedgerKind, LedgerLine, Loaded, LocalTime, Need, Notice, Page, PageHeading,
            PostForm, RefusalNotice, Section, Select, Steps, SubmitButton, Tone, Width,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{form::Problem, text::Email, text::Lang},
    texts::{checkout, common, session as texts},
};

/// `/s/{slug}/register`, with `?code=`.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let code = Memo::new(move |_| query.read().get("code").filter(|code| !code.is_empty()));
    let data = Resource::new(move || slug.get(), get_registration_form);
    view! {
        <Loaded data=data width=Width::Checkout view=move |page: Data| view! { <Registration page=page asked=code.get_untracked()/> }.into_any()/>
    }
}

#[component]
fn Registration(page: Data, asked: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let posted = use_form_state();
    let code = posted.values.get("code").cloned().filter(|code| !code.is_empty()).or(asked);
    let session = page.session.clone();
    let slug = session.card.slug.clone();
    let back = (routes::session(&slug), session.card.topic.clone());
    let title = texts::register_for(lang, &session.card.topic);
    let is_open = session.sellable && session.seats_left > 0;
    let steps = vec![texts::step_register(lang).into(), texts::step_pay(lang).into(), texts::step_confirm(lang).into()];
    let price = page.price.clone();
    view! {
        <Page title=title width=Width::Checkout>
            <Steps label=texts::steps(lang) steps=steps current=0/>
            <PageHeading text=texts::register_title(lang) back=back/>
            <ErrorSummary labels=labels(lang, &page.questions)/>
            <RefusalNotice/>
            <div class="beside">
                {if is_open {
                    view! { <RegisterForm page=page code=code/> }.into_any()
                } else {
                    view! { <NotOpen session=session.clone()/> }.into_any()
                }}
                <aside class="beside__side card summary" aria-label=checkout::summary(lang)>
                    <SessionLines session=session/>
                    <dl class="ledger">
                        <LedgerLine label=texts::fee(lang) amount=price.fee field="fee"/>
                        {(price.total != price.fee).then(|| view! { <LedgerLine label=checkout::total(lang) amount=price.total field="total" kind=LedgerKind::Total/> })}
                    </dl>
                </aside>
            </div>
        </Page>
    }
}

fn labels(lang: Lang, questions: &[Question]) -> Vec<(String, String)> {
    let mut labels = vec![
        ("name".to_owned(), texts::your_name(lang).to_owned()),
        ("email".to_owned(), texts::your_email(lang).to_owned()),
        ("registration_password".to_owned(), texts::password(lang).to_owned()),
    ];
    labels.extend(questions.iter().map(|question| (format!("q_{}", question.id), question.label.clone())));
    labels
}

#[component]
fn SessionLines(session: SessionDetails) -> impl IntoView {
    let card = session.card;
    view! {
        <div class="summary__session">
            <h2 class="summary__topic" lang=card.language>{card.topic}</h2>
            <p class="small"><time datetime=card.when.starts_iso.clone()>{card.when.host_line}</time></p>
            <LocalTime iso=card.when.starts_iso zone=card.when.zone/>
        </div>
    }
}

#[component]
fn RegisterForm(page: Data, code: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let is_free = page.price.total.is_zero();
    let email_check = Callback::new(|text: String| Email::parse(&text).err());
    let questions = page.questions.into_iter().map(|question| view! { <QuestionField question=question/> }).collect_view();
    view! {
        <PostForm action=routes::register(&page.session.card.slug)>
            {code.clone().map(|code| view! { <input type="hidden" name="code" value=code/> })}
            {code.map(|code| view! { <p class="with-icon small"><Icon icon=Glyph::Tag/> {texts::code_noted(lang, &code)}</p> })}
            <Section title=texts::your_details(lang) hint=texts::no_account(lang)>
                <Field name="name" label=texts::your_name(lang) autocomplete="name" maxlength=120/>
                <Field
                    name="email" label=texts::your_email(lang) hint=texts::email_hint(lang) kind="email" autocomplete="email" inputmode="email"
                    maxlength=254 check=email_check
                />
                {page.needs_password.then(|| view! {
                    <Field
                        name="registration_password" label=texts::password(lang) hint=texts::password_hint(lang) kind="password" autocomplete="off"
                        maxlength=200
                    />
                })}
                {questions}
            </Section>
            <div class="stack stack--tight">
                <SubmitButton>{if is_free { texts::continue_free(lang) } else { texts::continue_to_pay(lang) }}</SubmitButton>
                {(!is_free).then(|| view! { <p class="quiet small">{texts::seat_kept_note(lang)}</p> })}
            </div>
        </PostForm>
    }
}

/// A question the host added.
#[component]
fn QuestionField(question: Question) -> impl IntoView {
    let lang = use_lang();
    let name = format!("q_{}", question.id);
    let need = if question.required { Need::Required } else { Need::Optional };
    match question.kind.as_str() {
        "checkbox" => view! { <Checkbox name=name label=question.label/> }.into_any(),
        "choice" => {
            let options = std::iter::once(Choice::new("", common::choose(lang)))
                .chain(question.options.into_iter().map(|option| Choice::new(option.clone(), option)))
                .collect::<Vec<_>>();
            view! { <Select name=name label=question.label options=options need=need/> }.into_any()
        }
        _ => {
            let check = Callback::new(|text: String| (text.chars().count() > 500).then_some(Problem::TooLong { max: 500 }));
            view! { <Field name=name label=question.label need=need maxlength=500 check=check/> }.into_any()
        }
    }
}

#[component]
fn NotOpen(session: SessionDetails) -> impl IntoView {
    let lang = use_lang();
    let (title, text) = if session.sellable {
        (texts::sold_out_title(lang), texts::sold_out_text(lang))
    } else {
        (texts::closed_title(lang), texts::closed_text(lang))
    };
    let others = session.other_dates.into_iter().map(|card| view! { <li><super::catalogue::Card card=card/></li> }).collect_view();
    view! {
        <div class="stack">
            <Notice tone=Tone::Warn title=title><p>{text}</p></Notice>
            <ul class="day__list">{others}</ul>
            <p><a href=routes::CATALOGUE>{common::back_to_sessions(lang)}</a></p>
        </div>
    }
}
