//! The promo code: applied on Enter, on leaving the field or with the button, announced, never trapping anyone.

use leptos::{ev, prelude::*, task::spawn_local};

use super::live::Live;
use crate::{
    api::{
        checkout::{apply_promo, remove_promo},
        error::ApiError,
    },
    app::{
        components::{Disclosure, Field, Glyph, Icon, Look, PostForm, SubmitButton, announcer, field_id},
        routes,
        viewer::use_lang,
    },
    domain::{
        form::Problem,
        text::{Lang, PromoCode},
    },
    texts::{
        checkout as texts, common,
        problems::{say_problem, say_refusal},
    },
};

/// Asks the server for the price with the code typed. `Ok` has the words to announce, `Err` the words of what is wrong, which
/// then also stand at the field.
pub(super) async fn apply(lang: Lang, order: String, live: Live) -> Result<String, String> {
    let typed = live.code.get_untracked();
    if let Err(problem) = PromoCode::parse(&typed) {
        live.code_problem.set(Some(problem.clone()));
        return Err(say_problem(lang, &problem));
    }
    match apply_promo(order, typed).await {
        Ok(answer) => {
            let code = answer.promo.as_ref().map(|promo| promo.code.clone()).unwrap_or_default();
            let words = texts::code_applied(lang, &code, &answer.price.discount.show(lang), &answer.price.total.show(lang));
            live.take(answer);
            Ok(words)
        }
        Err(ApiError::Fields(errors)) => {
            let problem = errors.0.into_iter().next().map_or(Problem::NotAPromoCode, |error| error.problem);
            let words = say_problem(lang, &problem);
            live.code_problem.set(Some(problem));
            Err(words)
        }
        Err(ApiError::Refused(refusal)) => Err(say_refusal(lang, &refusal)),
        Err(ApiError::SignInRequired | ApiError::NotFound | ApiError::Internal(_) | ApiError::Connection) => {
            Err(crate::texts::errors::connection_text(lang).to_owned())
        }
    }
}

/// "Have a code?", or the code in use with its removal.
#[component]
pub(super) fn Promo(order: String, live: Live) -> impl IntoView {
    let lang = use_lang();
    let order = StoredValue::new(order);
    let open = live.code_problem.read_untracked().is_some() || !live.code.read_untracked().is_empty();
    view! {
        <div class="promo no-print" hidden=move || live.promo.read().is_some()>
            <Disclosure label=texts::have_a_code(lang).to_owned() open=open>
                <CodeForm order=order live=live/>
            </Disclosure>
        </div>
        <Show when=move || live.promo.read().is_some()>
            <RemoveForm order=order live=live/>
        </Show>
    }
}

#[component]
fn CodeForm(order: StoredValue<String>, live: Live) -> impl IntoView {
    let lang = use_lang();
    let say = announcer();
    let asked_for = !live.code.read_untracked().is_empty();
    let asking = RwSignal::new(false);
    let trouble = RwSignal::new(String::new());
    // Leaving the field again with a code that was refused asks nothing: wrong guesses are counted.
    let refused = StoredValue::new(String::new());
    let ask = move || {
        if asking.get_untracked() || live.code.read_untracked().trim().is_empty() {
            return;
        }
        asking.set(true);
        spawn_local(async move {
            let words = match apply(lang, order.get_value(), live).await {
                Ok(words) => {
                    trouble.set(String::new());
                    words
                }
                Err(words) => {
                    refused.set_value(live.code.get_untracked());
                    // What is not the code's fault stands below the field.
                    trouble.set(if live.code_problem.read_untracked().is_none() { words.clone() } else { String::new() });
                    words
                }
            };
            asking.set(false);
            say(words);
        });
    };
    // A code that came with the address and was refused there says why here.
    Effect::new(move |_| {
        if asked_for && live.code_problem.read_untracked().is_none() {
            ask();
        }
    });
    let before = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask();
    });
    view! {
        <PostForm action=routes::checkout_promo(&order.get_value()) class="promo__form" before=before>
            <div class="promo__field" on:focusout=move |_| if refused.get_value() != live.code.get_untracked() { ask() }>
                <Field
                    name="promo_code" label=texts::promo_code(lang) maxlength=64 autocomplete="off" bind=live.code problem=live.code_problem
                />
            </div>
            <SubmitButton look=Look::Quiet>{texts::apply(lang)}</SubmitButton>
            <p class="small promo__trouble" hidden=move || trouble.read().is_empty()>{move || trouble.get()}</p>
        </PostForm>
    }
}

#[component]
fn RemoveForm(order: StoredValue<String>, live: Live) -> impl IntoView {
    let lang = use_lang();
    let say = announcer();
    let code = move || live.promo.read().as_ref().map(|promo| promo.code.clone()).unwrap_or_default();
    let before = Callback::new(move |event: ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            if let Ok(answer) = remove_promo(order.get_value()).await {
                let total = answer.price.total.show(lang);
                live.take(answer);
                say(texts::code_removed(lang, &total));
                // The field is back: that is where one was.
                request_animation_frame(|| {
                    use leptos::wasm_bindgen::JsCast;
                    if let Some(field) = document().get_element_by_id(&field_id("promo_code"))
                        && let Some(field) = field.dyn_ref::<leptos::web_sys::HtmlElement>()
                    {
                        let _focused = field.focus();
                    }
                });
            }
        });
    });
    view! {
        <div class="promo promo--used no-print">
            <span class="with-icon"><Icon icon=Glyph::Tag/> <strong>{code}</strong></span>
            <PostForm action=routes::checkout_promo(&order.get_value()) class="promo__remove" before=before>
                <input type="hidden" name="remove" value="1"/>
                <SubmitButton look=Look::Link>
                    {common::remove(lang)} <span class="visually-hidden">{move || texts::remove_code(lang, &code())}</span>
                </SubmitButton>
            </PostForm>
        </div>
    }
}
