//! What a code does to a price, while it is being typed: the same functions that price the sale.

use leptos::prelude::*;

use crate::{
    api::admin::PromoDesk,
    app::{
        components::{Field, LedgerKind, LedgerLine, Size},
        viewer::use_lang,
    },
    domain::{
        money::Money,
        pricing::{Discount, FeePrice, Percent, Tax, TaxMode, price_fee},
    },
    texts::admin as texts,
};

/// The fields the preview follows.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub kind: RwSignal<String>,
    pub percent: RwSignal<String>,
    pub amount: RwSignal<String>,
    pub minimum: RwSignal<String>,
}

impl Typed {
    /// From what is stored, or nothing.
    pub fn new(discount: Option<Discount>, minimum: Option<Money>) -> Self {
        let (kind, percent, amount) = match discount {
            Some(Discount::Percent(share)) => ("percent", share.to_string(), String::new()),
            Some(Discount::Fixed(amount)) => ("fixed", String::new(), amount.plain()),
            None => ("percent", String::new(), String::new()),
        };
        Self {
            kind: RwSignal::new(kind.to_owned()),
            percent: RwSignal::new(percent),
            amount: RwSignal::new(amount),
            minimum: RwSignal::new(minimum.map(Money::plain).unwrap_or_default()),
        }
    }
}

/// What the preview has to say.
#[derive(Clone, PartialEq)]
enum Said {
    Nothing,
    BelowMinimum,
    Price(FeePrice),
}

fn tried(typed: Typed, sample: &str, desk: &PromoDesk) -> Said {
    let money = |text: &str| Money::parse(text, desk.currency).ok().filter(|m| !m.is_negative());
    let discount = if typed.kind.get() == "fixed" {
        money(&typed.amount.get()).filter(|amount| !amount.is_zero()).map(Discount::Fixed)
    } else {
        Percent::parse(&typed.percent.get()).filter(|share| share.hundredths() > 0).map(Discount::Percent)
    };
    let minimum = money(&typed.minimum.get());
    let (Some(fee), Some(discount)) = (money(sample), discount) else { return Said::Nothing };
    if minimum.is_some_and(|minimum| fee.minor() < minimum.minor()) {
        return Said::BelowMinimum;
    }
    price_fee(fee, Some(discount), desk.tax.as_ref()).map_or(Said::Nothing, Said::Price)
}

/// A card beside the form.
#[component]
pub(super) fn Preview(desk: PromoDesk, typed: Typed) -> impl IntoView {
    let lang = use_lang();
    let sample = RwSignal::new(desk.sample.plain());
    let currency = desk.currency.code();
    let tax = desk.tax.clone();
    let said = Memo::new(move |_| tried(typed, &sample.get(), &desk));
    view! {
        <aside class="beside__side card stack preview" aria-label=texts::preview(lang)>
            <h2 class="section__title">{texts::preview(lang)}</h2>
            <Field name="sample" label=texts::preview_sample(lang) after=currency inputmode="decimal" size=Size::Short bind=sample maxlength=20/>
            <div aria-live="polite">
                {move || match said.get() {
                    Said::Nothing => view! { <p class="quiet">{texts::preview_nothing(lang)}</p> }.into_any(),
                    Said::BelowMinimum => view! { <p class="quiet">{texts::preview_below(lang)}</p> }.into_any(),
                    Said::Price(price) => view! { <PriceLines price=price tax=tax.clone()/> }.into_any(),
                }}
            </div>
        </aside>
    }
}

#[component]
fn PriceLines(price: FeePrice, tax: Option<Tax>) -> impl IntoView {
    let lang = use_lang();
    let tax_label = tax.map(|tax| match tax.mode {
        TaxMode::Included => texts::price_tax_included(lang, &tax.name, &tax.rate.to_string()),
        TaxMode::Added => texts::price_tax(lang, &tax.name, &tax.rate.to_string()),
    });
    view! {
        <dl class="ledger">
            <LedgerLine label=texts::preview_before(lang) amount=price.fee/>
            <LedgerLine label=texts::col_takes_off(lang) amount=price.discount.negated() kind=LedgerKind::Saving field="preview_discount"/>
            {tax_label.map(|label| view! { <LedgerLine label=label amount=price.tax/> })}
            <LedgerLine label=texts::preview_pays(lang) amount=price.total kind=LedgerKind::Total field="preview_total"/>
        </dl>
        {price.total.is_zero().then(|| view! { <p class="quiet small">{texts::preview_free(lang)}</p> })}
    }
}
