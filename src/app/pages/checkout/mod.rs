//! *Payment Information*: see the price, use a promo code, pay.
//!
//! Everything works as plain posts; hydrated, the promo code and the hold change without leaving the page, so typed card data
//! stays. Card data never passes through a server function: the payment form is posted by the browser.

mod billing;
mod card;
mod entry;
mod hold;
mod live;
mod pay_form;
mod promo;
mod states;
mod summary;

pub use entry::CardPage;
pub use live::Live;
pub use pay_form::PayForm;
pub(super) use summary::say_tax;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::checkout::{CheckoutDetails as Data, OrderLook, get_checkout},
    app::{
        components::{ErrorSummary, Loaded, Notice, Page, PageHeading, RefusalNotice, Steps, Tone, Width},
        form_state::use_form_state,
        viewer::use_lang,
    },
    domain::form::Refusal,
    texts::{checkout as texts, session},
};

/// `/checkout/{order}` and the paths of its forms.
#[component]
pub fn CheckoutPage() -> impl IntoView {
    let params = use_params_map();
    let order = Memo::new(move |_| params.read().get("order").unwrap_or_default());
    // A code from the address is tried with scripts on, and judged with the page for those without.
    let code = use_query_map().read_untracked().get("code").filter(|code| !code.is_empty());
    let data = Resource::new(move || order.get(), move |order| get_checkout(order, code.clone()));
    view! {
        <Loaded data=data width=Width::Checkout view=move |page: Data| match page.state {
            OrderLook::Held | OrderLook::Failed => view! { <Checkout page=page/> }.into_any(),
            OrderLook::Checking | OrderLook::Paid | OrderLook::Expired | OrderLook::Cancelled | OrderLook::Refunded => {
                view! { <states::NothingToPay page=page/> }.into_any()
            }
        }/>
    }
}

#[component]
fn Checkout(page: Data) -> impl IntoView {
    let lang = use_lang();
    let live = Live::new(&page);
    let for_hold = page.clone();
    let steps = vec![session::step_register(lang).into(), session::step_pay(lang).into(), session::step_confirm(lang).into()];
    let title = move || if live.is_free() { texts::complete_title(lang) } else { texts::title(lang) };
    let title = Signal::derive(move || title().to_owned());
    // A decline speaks right above the card, where that is typed here; every other refusal speaks at the top.
    let has_left = !use_form_state().was_posted() && use_query_map().read_untracked().get("left").is_some();
    let is_card_here = page.methods.iter().any(|choice| choice.card_here);
    let speaks_at_card = is_card_here && matches!(use_form_state().refusal, Some(Refusal::Declined(_)));
    view! {
        <Page title=title width=Width::Checkout state="held">
            <Steps label=session::steps(lang) steps=steps current=1/>
            <PageHeading text=title><hold::Hold page=for_hold live=live/></PageHeading>
            <ErrorSummary labels=labels(lang)/>
            {(!speaks_at_card).then(|| view! { <RefusalNotice/> })}
            {has_left.then(|| view! { <Notice tone=Tone::Info><p>{texts::left_without_paying(lang)}</p></Notice> })}
            <div class="beside checkout">
                <div class="checkout__form">
                    <hold::Gone page=page.clone() live=live/>
                    <pay_form::PayForm page=page.clone() live=live/>
                </div>
                <aside class="beside__side checkout__side" aria-label=texts::summary(lang)>
                    <summary::Summary page=page.clone() live=live/>
                    {page.promo_enabled.then(|| view! { <promo::Promo order=page.link.clone() live=live/> })}
                </aside>
            </div>
        </Page>
    }
}

/// The payment form's fields and their labels, in its order.
pub fn labels(lang: crate::domain::text::Lang) -> Vec<(&'static str, &'static str)> {
    vec![
        ("promo_code", texts::promo_code(lang)),
        ("method", texts::method(lang)),
        ("card_number", texts::card_number(lang)),
        ("card_expiry", texts::card_expiry(lang)),
        ("card_csc", texts::card_csc(lang)),
        ("card_name", texts::card_name(lang)),
        ("billing_line1", texts::billing_line1(lang)),
        ("billing_city", texts::billing_city(lang)),
        ("billing_postcode", texts::billing_postcode(lang)),
        ("billing_country", texts::billing_country(lang)),
        ("accept_terms", texts::terms_read(lang)),
    ]
}
