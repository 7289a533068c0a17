//! What is bought and what it costs, line by line; one line that opens on small screens.

use leptos::prelude::*;

use super::live::Live;
use crate::{
    api::checkout::CheckoutDetails,
    app::{
        components::{Glyph, Icon, LedgerKind, LedgerLine, LocalTime, Money},
        viewer::use_lang,
    },
    domain::{
        pricing::{Tax, TaxMode, price_fee},
        text::Lang,
    },
    texts::checkout as texts,
};

/// The tax line's words: "VAT 19 % included".
pub(in crate::app::pages) fn say_tax(lang: Lang, tax: &Tax) -> String {
    let rate = match lang {
        Lang::En => tax.rate.to_string(),
        Lang::Ro => tax.rate.to_string().replace('.', ","),
    };
    match tax.mode {
        TaxMode::Included => texts::tax_included(lang, &tax.name, &rate),
        TaxMode::Added => texts::tax_added(lang, &tax.name, &rate),
    }
}

/// The order's lines, kept in step with the code.
#[component]
pub(super) fn Summary(page: CheckoutDetails, live: Live) -> impl IntoView {
    let lang = use_lang();
    let total = Signal::derive(move || live.price.read().total);
    let card = page.session;
    view! {
        <details class="summary card">
            <summary class="summary__line">
                <span>{texts::total(lang)} <Icon icon=Glyph::Down/></span>
                <Money amount=total/>
            </summary>
            <div class="summary__content">
                <div class="summary__session">
                    <h2 class="summary__topic" lang=card.language>{card.topic}</h2>
                    <p class="small"><time datetime=card.when.starts_iso.clone()>{card.when.host_line}</time></p>
                    <LocalTime iso=card.when.starts_iso zone=card.when.zone/>
                </div>
                <Lines name=page.participant_name tax=page.tax live=live/>
            </div>
        </details>
    }
}

#[component]
fn Lines(name: String, tax: Option<Tax>, live: Live) -> impl IntoView {
    let lang = use_lang();
    let fee = Signal::derive(move || live.price.read().fee);
    let discount = Signal::derive(move || live.price.read().discount);
    let total = Signal::derive(move || live.price.read().total);
    let tax_amount = Signal::derive(move || live.price.read().tax);
    let tax_words = tax.as_ref().map(|tax| say_tax(lang, tax)).unwrap_or_default();
    let untouched = StoredValue::new(tax);
    let has_discount = move || !live.price.read().discount.is_zero();
    let promo_words = Signal::derive(move || match &*live.promo.read() {
        Some(promo) => texts::promo_line(lang, &promo.code, &promo.label),
        None => texts::promo_code(lang).to_owned(),
    });
    // What would be paid without the code, struck through beside the total.
    let before = move || {
        let fee = live.price.read().fee;
        untouched.with_value(|tax| price_fee(fee, None, tax.as_ref())).map_or(fee, |price| price.total)
    };
    view! {
        <dl class="ledger">
            <LedgerLine label=texts::seat_for(lang, &name) amount=fee field="fee"/>
            <LedgerLine label=promo_words amount=discount field="discount" kind=LedgerKind::Saving hidden=Signal::derive(move || !has_discount())/>
            <LedgerLine label=tax_words amount=tax_amount field="tax" hidden=Signal::derive(move || tax_amount.get().is_zero())/>
            <div class="ledger__line ledger__line--total">
                <dt>{texts::total(lang)}</dt>
                <dd>
                    <Show when=has_discount>
                        <del class="ledger__was money"><span class="visually-hidden">{texts::was_word(lang)} </span>{move || before().show(lang)}</del>
                    </Show>
                    <Money amount=total field="total"/>
                </dd>
            </div>
        </dl>
        <Show when=has_discount>
            <p class="summary__saving small">{move || texts::you_save(lang, &live.price.read().discount.show(lang))}</p>
        </Show>
    }
}
