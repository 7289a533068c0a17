//! The promo codes.

use leptos::prelude::*;

use super::frame::AdminFrame;
use crate::{
    api::admin::{PromoLine, PromoPhase, get_promos},
    app::{
        components::{Chip, DataTable, Empty, Glyph, LinkButton, Loaded, Look, Page, PageHeading, Tone, Width},
        routes,
        viewer::use_lang,
    },
    domain::{pricing::Discount, text::Lang},
    texts::{admin as texts, plurals},
};

/// `/admin/promo-codes`.
#[component]
pub fn PromosPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_promos());
    let show = |codes: Vec<PromoLine>| view! { <Promos codes=codes/> }.into_any();
    view! { <Loaded data=data width=Width::Wide view=show/> }
}

#[component]
fn Promos(codes: Vec<PromoLine>) -> impl IntoView {
    let lang = use_lang();
    let list = if codes.is_empty() {
        view! {
            <Empty sentence=texts::no_promos(lang) icon=Glyph::Tag>
                <LinkButton href=routes::ADMIN_PROMO_NEW look=Look::Quiet>{texts::promo_new(lang)}</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <PromoTable codes=codes/> }.into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::promo_codes(lang) width=Width::Wide>
                <PageHeading text=texts::promo_codes(lang) lead=texts::promos_lead(lang)>
                    <LinkButton href=routes::ADMIN_PROMO_NEW>{texts::promo_new(lang)}</LinkButton>
                </PageHeading>
                {list}
            </Page>
        </AdminFrame>
    }
}

/// What a code takes off, in words.
pub(super) fn discount_words(lang: Lang, discount: Discount) -> String {
    match discount {
        Discount::Percent(share) => match lang {
            Lang::En => format!("{share}\u{a0}%"),
            Lang::Ro => format!("{}\u{a0}%", share.to_string().replace('.', ",")),
        },
        Discount::Fixed(amount) => amount.show(lang),
    }
}

/// Whether a code would be taken now.
#[component]
pub(super) fn PhaseChip(phase: PromoPhase) -> impl IntoView {
    let lang = use_lang();
    let (tone, label) = match phase {
        PromoPhase::Active => (Tone::Good, texts::phase_active(lang)),
        PromoPhase::Paused => (Tone::Warn, texts::phase_paused(lang)),
        PromoPhase::NotYet => (Tone::Info, texts::phase_not_yet(lang)),
        PromoPhase::Expired => (Tone::Bad, texts::phase_expired(lang)),
        PromoPhase::UsedUp => (Tone::Bad, texts::phase_used_up(lang)),
    };
    view! { <Chip tone=tone label=label/> }
}

/// How often a code was used.
pub(super) fn uses_words(lang: Lang, line: &PromoLine) -> String {
    let taken = plurals::grouped(lang, line.uses_taken);
    match line.uses_max {
        Some(max) => texts::uses_of(lang, &taken, &plurals::grouped(lang, max)),
        None => taken,
    }
}

#[component]
fn PromoTable(codes: Vec<PromoLine>) -> impl IntoView {
    let lang = use_lang();
    let rows = codes
        .into_iter()
        .map(|line| {
            let uses = uses_words(lang, &line);
            let (code, mark, href) = (line.code.clone(), line.code, routes::admin_promo(&line.id.to_string()));
            view! {
                <tr data-code=mark>
                    <th scope="row"><a class="row-link" href=href><code>{code}</code></a></th>
                    <td><PhaseChip phase=line.phase/></td>
                    <td class="num">{discount_words(lang, line.discount)}</td>
                    <td class="num">{uses}</td>
                    <td class="small">{line.until.unwrap_or_default()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::promo_codes(lang) caption_hidden=true>
            <thead>
                <tr>
                    <th scope="col">{texts::col_code(lang)}</th>
                    <th scope="col">{texts::col_state(lang)}</th>
                    <th scope="col" class="num">{texts::col_takes_off(lang)}</th>
                    <th scope="col" class="num">{texts::col_uses(lang)}</th>
                    <th scope="col">{texts::col_until(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}
