//! A session's page: reads like an invitation, the register button one thumb away.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::catalogue::{Card, SeatsChip, language_name};
use crate::{
    api::catalogue::{SeatsLeft, SessionDetails as Data, get_session},
    app::{
        components::{Glyph, Icon, LinkButton, Loaded, LocalTime, Look, Money, Notice, Page, PageHeading, StatusChip, Tone, Width},
        routes,
        viewer::use_lang,
    },
    domain::session::SessionStatus,
    texts::{common, plurals, session as texts},
};

/// `/s/{slug}`, with `?code=` carried on to the registration.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
    let code = Memo::new(move |_| query.read().get("code"));
    let session = Resource::new(move || slug.get(), get_session);
    view! {
        <Loaded data=session width=Width::Checkout view=move |page: Data| view! { <Invitation page=page code=code.get_untracked()/> }.into_any()/>
    }
}

#[component]
fn Invitation(page: Data, code: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let card = page.card.clone();
    let others = page.other_dates.clone();
    let back = (routes::CATALOGUE.to_owned(), common::back_to_sessions(lang).to_owned());
    let chip = (card.status != SessionStatus::Scheduled).then(|| view! { <StatusChip status=card.status/> });
    let description = page.description_html.clone();
    view! {
        <Page title=card.topic.clone() width=Width::Checkout state=card.status.code()>
            <div class="invitation beside">
                <article class="stack">
                    <div>
                        <PageHeading text=card.topic.clone() language=card.language.clone() back=back>{chip}</PageHeading>
                        <p class="invitation__when">
                            <Icon icon=Glyph::Calendar/>
                            <span>
                                <time datetime=card.when.starts_iso.clone()>{card.when.host_line.clone()}</time>
                                <span class="quiet">" · " {card.when.relative.clone()}</span>
                                <LocalTime iso=card.when.starts_iso.clone() zone=card.when.zone.clone()/>
                            </span>
                        </p>
                    </div>
                    <div class="prose invitation__text" lang=card.language.clone() inner_html=description></div>
                    <Facts page=page.clone()/>
                </article>
                <Offer page=page code=code/>
            </div>
            {(!others.is_empty()).then(|| view! {
                <section class="other-dates">
                    <h2>{texts::other_dates(lang)}</h2>
                    <ul class="day__list">{others.into_iter().map(|card| view! { <li><Card card=card/></li> }).collect_view()}</ul>
                </section>
            })}
        </Page>
    }
}

#[component]
fn Facts(page: Data) -> impl IntoView {
    let lang = use_lang();
    let language = page.card.language.as_deref().map(language_name);
    view! {
        <dl class="facts">
            <div><dt>{texts::length(lang)}</dt><dd>{plurals::duration(lang, u64::from(page.card.when.duration_minutes))}</dd></div>
            <div><dt>{texts::host(lang)}</dt><dd>{page.host_name}</dd></div>
            {language.map(|name| view! { <div><dt>{texts::language(lang)}</dt><dd>{name}</dd></div> })}
            <div>
                <dt>{texts::seats(lang)}</dt>
                <dd class="tabular"><span data-field="seats_left">{page.seats_left.to_string()}</span> " / " {plurals::grouped(lang, u64::from(page.capacity))}</dd>
            </div>
            <div><dt>{texts::refunds(lang)}</dt><dd>{page.refund_policy}</dd></div>
        </dl>
    }
}

/// Price and the one thing to do: beside the text, or at the bottom edge of a small screen.
#[component]
fn Offer(page: Data, code: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let card = page.card;
    let fee = card.fee;
    let sold_out = matches!(card.seats, SeatsLeft::SoldOut);
    let total = (page.total_from != fee).then(|| view! { <p class="small">{texts::total_with_tax(lang, &page.total_from.show(lang))}</p> });
    let action = if page.sellable && !sold_out && page.registration_required {
        let href = routes::register_with_code(&card.slug, code.as_deref());
        view! { <LinkButton href=href look=Look::Wide>{texts::register(lang)}</LinkButton> }.into_any()
    } else if page.sellable && sold_out {
        view! { <Notice tone=Tone::Warn title=texts::sold_out_title(lang)><p class="small">{texts::sold_out_text(lang)}</p></Notice> }
            .into_any()
    } else if page.sellable {
        view! { <Notice><p>{texts::no_registration(lang)}</p></Notice> }.into_any()
    } else {
        view! { <Notice title=texts::closed_title(lang)><p class="small">{texts::closed_text(lang)}</p></Notice> }.into_any()
    };
    view! {
        <aside class="beside__side offer card no-print" aria-label=texts::fee(lang)>
            <div class="offer__price">
                <p class="offer__fee">
                    {fee.is_zero().then(|| common::free(lang))}
                    <span class=if fee.is_zero() { "visually-hidden" } else { "" }><Money amount=fee field="fee"/></span>
                </p>
                <div class="offer__small quiet">
                    {total}
                    {page.tax_line.map(|line| view! { <p class="tiny">{line}</p> })}
                    {fee.is_zero().then(|| view! { <p class="small">{texts::free_hint(lang)}</p> })}
                </div>
                <p class="offer__seats"><SeatsChip seats=card.seats/></p>
            </div>
            {action}
            <p class="offer__seller tiny quiet">{texts::sold_by(lang, &page.seller)}</p>
        </aside>
    }
}
