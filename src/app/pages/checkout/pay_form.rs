//! The form that moves money: a plain post, sent once, carrying its key and the price it was shown with.

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    billing::Billing,
    card::{CardGroup, accepted},
    live::Live,
    promo::apply,
};
use crate::{
    api::checkout::{CheckoutDetails, MethodChoice},
    app::{
        components::{
            Checkbox, Choice, Disclosure, Glyph, Icon, Look, Notice, PostForm, RadioGroup, SubmitButton, Tone, announcer, browser_now_ms,
        },
        routes,
        viewer::{use_lang, use_viewer},
    },
    domain::{payment::Method, text::Lang},
    texts::{checkout as texts, session},
};

/// A price younger than this was not read yet.
const SETTLING_MS: f64 = 1000.0;

/// Methods, their fields, terms, and the button that says what it costs.
#[component]
pub fn PayForm(
    /// What is paid.
    page: CheckoutDetails,
    /// What of it can change.
    live: Live,
    /// Takes the post; the participant's path when empty.
    #[prop(optional, into)]
    action: String,
) -> impl IntoView {
    let lang = use_lang();
    let say = announcer();
    let order = StoredValue::new(page.link.clone());
    let action = if action.is_empty() { routes::checkout_pay(&page.link) } else { action };
    // A code typed and not applied would be a silent full price: it is applied first and the new total shown.
    let before = Callback::new(move |event: ev::SubmitEvent| {
        if live.code.read_untracked().trim().is_empty() {
            // The press that left the code's field also applied it: the total under the finger is not the one that was read.
            if browser_now_ms() - live.changed_at_ms.get_value() < SETTLING_MS {
                event.prevent_default();
                say(texts::code_applied_check(lang).to_owned());
            }
            return;
        }
        event.prevent_default();
        spawn_local(async move {
            let words = if apply(lang, order.get_value(), live).await.is_ok() {
                texts::code_applied_check(lang)
            } else {
                texts::code_refused_check(lang)
            };
            say(words.to_owned());
        });
    });
    let test_mode = use_viewer().site.test_mode;
    let card = Memo::new(move |_| live.methods.read().iter().find(|choice| choice.method == Method::Card).cloned());
    let brands = Memo::new(move |_| card.get().filter(|choice| choice.card_here).map(|choice| choice.cards));
    let accepted = move || card.read().as_ref().filter(|choice| !choice.card_here).map(|choice| accepted(lang, &choice.cards));
    let card_elsewhere = move || card.read().as_ref().is_some_and(|choice| !choice.card_here);
    let key = page.attempt_key.clone();
    view! {
        <PostForm action=action class="pay-form stack" before=before>
            <input type="hidden" name="attempt_key" value=key/>
            <input type="hidden" name="quote_version" value=move || live.quote_version.get().to_string()/>
            <Show when=move || live.payable.get() fallback=|| view! { <input type="hidden" name="method" value="none"/> }>
                <div class="pay-form__payment stack" hidden=move || live.is_free()>
                    {move || view! { <Methods methods=live.methods.get() live=live/> }}
                    <Show when=move || brands.read().is_some()>
                        <CardGroup cards=brands.get_untracked().unwrap_or_default() test_mode=test_mode live=live/>
                        <Billing live=live/>
                    </Show>
                    <p class="when-card with-icon" hidden=move || !card_elsewhere()>
                        <Icon icon=Glyph::Right/> <span>{texts::card_elsewhere_note(lang)} " " {accepted}</span>
                    </p>
                    <p class="when-paypal with-icon"><Icon icon=Glyph::Right/> {texts::paypal_note(lang)}</p>
                    <p class="when-offline with-icon"><Icon icon=Glyph::Receipt/> {texts::offline_note(lang)}</p>
                </div>
            </Show>
            <Terms page=page/>
            <div class="stack stack--tight">
                <SubmitButton look=Look::Wide>{move || button_words(lang, live)}</SubmitButton>
                <p class="tiny quiet" hidden=move || live.is_free()>{move || texts::binding(lang, &live.price.read().total.show(lang))}</p>
            </div>
        </PostForm>
    }
}

/// The button carries the amount and the obligation to pay it (Consumer Rights Directive, art. 8(2)).
fn button_words(lang: Lang, live: Live) -> String {
    let total = live.price.read().total;
    if total.is_zero() {
        return texts::complete(lang).to_owned();
    }
    let amount = total.show(lang);
    match Method::from_code(&live.method.read()) {
        Some(Method::Paypal) => texts::continue_at_paypal(lang, &amount),
        Some(Method::Offline) => texts::order_with_invoice(lang, &amount),
        Some(Method::Card) if !live.methods.read().iter().any(|choice| choice.card_here) => texts::continue_to_pay(lang, &amount),
        Some(Method::Card | Method::None) | None => texts::pay_amount(lang, &amount),
    }
}

/// A chooser when there is something to choose; the one method as a hidden value otherwise.
#[component]
fn Methods(methods: Vec<MethodChoice>, live: Live) -> impl IntoView {
    let lang = use_lang();
    let words = |method: Method| match method {
        Method::Card => texts::method_card(lang),
        Method::Paypal => texts::method_paypal(lang),
        Method::Offline => texts::method_offline(lang),
        Method::None => texts::complete(lang),
    };
    if methods.is_empty() {
        view! { <Notice tone=Tone::Warn><p>{texts::no_methods(lang)}</p></Notice> }.into_any()
    } else if methods.len() > 1 {
        let options = methods.into_iter().map(|choice| Choice::new(choice.method.code(), words(choice.method))).collect::<Vec<_>>();
        let chosen = live.method.get_untracked();
        view! { <RadioGroup name="method" legend=texts::method(lang) options=options value=chosen class="tiles" bind=live.method/> }
            .into_any()
    } else {
        view! { <input type="hidden" name="method" value=move || live.method.get()/> }.into_any()
    }
}

/// What is agreed to, readable before ticking.
#[component]
fn Terms(page: CheckoutDetails) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="terms">
            <Disclosure label=texts::terms_read(lang).to_owned()>
                <div class="prose small quiet">
                    <p>{page.refund_policy}</p>
                    <p>{session::sold_by(lang, &page.seller)}</p>
                </div>
            </Disclosure>
            <Checkbox name="accept_terms" label=texts::terms(lang)/>
        </div>
    }
}
