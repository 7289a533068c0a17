//! *Payment Information* of an order that is not to be paid (any more): what happened, and one press to go on.

use leptos::prelude::*;

use crate::{
    api::checkout::{CheckoutDetails, OrderLook},
    app::{
        components::{LinkButton, Look, Notice, Page, PageHeading, PostForm, SubmitButton, Tone},
        routes, status,
        viewer::use_lang,
    },
    domain::form::Refusal,
    texts::{checkout as texts, common, order},
};

/// Expired, being checked, paid, cancelled or refunded.
#[component]
pub(super) fn NothingToPay(page: CheckoutDetails) -> impl IntoView {
    let lang = use_lang();
    let state = page.state;
    let (tone, title, text) = match state {
        OrderLook::Expired => (Tone::Warn, texts::seat_gone_title(lang), texts::seat_gone_text(lang)),
        OrderLook::Checking => (Tone::Info, texts::checking_title(lang), texts::checking_text(lang)),
        OrderLook::Cancelled => (Tone::Warn, order::title_cancelled(lang), order::text_cancelled(lang)),
        OrderLook::Refunded => (Tone::Info, order::title_refunded(lang), order::text_refunded(lang)),
        OrderLook::Held | OrderLook::Failed | OrderLook::Paid => (Tone::Good, texts::nothing_to_pay_title(lang), ""),
    };
    if state == OrderLook::Expired {
        status::set_status(Refusal::HoldExpired.status());
    }
    let own_page = routes::order(&page.link);
    view! {
        <Page title=title.to_owned() state=state.code()>
            <div class="narrow stack">
                <PageHeading text=title.to_owned()/>
                {(!text.is_empty()).then(|| view! { <Notice tone=tone><p>{text}</p></Notice> })}
                <p class="quiet" lang=page.session.language.clone()>{page.session.topic.clone()}</p>
                <div class="cluster">
                    {if state == OrderLook::Expired {
                        view! { <RegisterAgain page=page/> }.into_any()
                    } else {
                        view! { <LinkButton href=own_page>{texts::go_to_order(lang)}</LinkButton> }.into_any()
                    }}
                    <LinkButton href=routes::CATALOGUE look=Look::Quiet>{common::back_to_sessions(lang)}</LinkButton>
                </div>
            </div>
        </Page>
    }
}

/// One press to a new seat: the registration is posted again with what is known; questions it still needs are asked there.
#[component]
pub(super) fn RegisterAgain(page: CheckoutDetails) -> impl IntoView {
    let lang = use_lang();
    view! {
        <PostForm action=routes::register(&page.session.slug) class="cluster">
            <input type="hidden" name="name" value=page.participant_name/>
            <input type="hidden" name="email" value=page.email/>
            {page.promo.map(|promo| view! { <input type="hidden" name="code" value=promo.code/> })}
            <SubmitButton look=Look::Quiet>{texts::try_again_seat(lang)}</SubmitButton>
        </PostForm>
    }
}
