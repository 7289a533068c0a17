//! The card that thinks aloud: the running estimate and how many seats pay for it, computed here with the server's functions.

use leptos::prelude::*;

use super::draft::Draft;
use crate::{
    api::host::UsagePrices,
    app::{components::Money, pages::host::words, viewer::use_lang},
    domain::{
        estimate::{Estimate, estimate},
        money,
        text::Lang,
    },
    texts::{host as texts, plurals},
};

/// Estimate and break-even where hosts pay for usage, the income at a glance elsewhere.
#[component]
pub(super) fn Side(draft: Draft, prices: Option<UsagePrices>) -> impl IntoView {
    match prices {
        Some(prices) => view! { <Charged draft=draft prices=prices/> }.into_any(),
        None => view! { <Glance draft=draft/> }.into_any(),
    }
}

#[component]
fn Charged(draft: Draft, prices: UsagePrices) -> impl IntoView {
    let lang = use_lang();
    let tax_label = words::tax(lang, prices.tax.as_ref());
    let prices = StoredValue::new(prices);
    let priced = Memo::new(move |_| {
        let usage = draft.usage()?;
        prices.with_value(|prices| estimate(usage, prices.rates, prices.tax.as_ref()).ok())
    });
    view! {
        <div class="card stack stack--tight side">
            <h2 class="card__title serif">{texts::side_title(lang)}</h2>
            {move || match priced.get() {
                Some(estimate) => view! { <Lines estimate=estimate tax_label=tax_label.clone()/> }.into_any(),
                None => view! { <p class="quiet">{texts::side_waiting(lang)}</p> }.into_any(),
            }}
        </div>
        {move || Some(view! { <BreakEven fee=draft.fee().filter(|fee| !fee.is_zero())? seats=draft.seats()? estimate=priced.get()?/> })}
    }
}

/// The estimate as the estimate's page will show it.
#[component]
fn Lines(estimate: Estimate, tax_label: String) -> impl IntoView {
    let lang = use_lang();
    let count = |n: u32| words::count(lang, n);
    let usage = estimate.usage;
    let people = texts::minutes_times(lang, &count(usage.duration_minutes), &count(usage.computers));
    let people_rate =
        texts::people_rate_line(lang, &words::count(lang, estimate.people_minutes), &words::rate(lang, estimate.rates.people));
    let heard = texts::minutes_times_teleconference(lang, &count(usage.duration_minutes), &count(usage.teleconference));
    let heard_rate = texts::teleconference_rate_line(
        lang,
        &words::count(lang, estimate.teleconference_minutes),
        &words::rate(lang, estimate.rates.teleconference),
    );
    view! {
        <dl class="ledger">
            <Line label=people detail=people_rate amount=estimate.people_cost/>
            <Line label=heard detail=heard_rate amount=estimate.teleconference_cost/>
            <Line label=tax_label detail=String::new() amount=estimate.tax/>
            <div class="ledger__line ledger__line--total"><dt>{texts::total(lang)}</dt><dd><Money amount=estimate.total field="running_total"/></dd></div>
        </dl>
    }
}

#[component]
fn Line(label: String, detail: String, amount: money::Money) -> impl IntoView {
    view! {
        <div class="ledger__line">
            <dt>{label} {(!detail.is_empty()).then(|| view! { <span class="ledger__note side__detail">{detail}</span> })}</dt>
            <dd><Money amount=amount/></dd>
        </div>
    }
}

/// Fee × seats against the cost of running it, and how many seats cover that.
#[component]
fn BreakEven(fee: money::Money, seats: u32, estimate: Estimate) -> impl IntoView {
    let lang = use_lang();
    let Some(sums) = Sums::of(fee, seats, estimate.total) else { return ().into_any() };
    let income_label = texts::fee_times(lang, &fee.number(lang), &plurals::seats(lang, u64::from(seats)));
    let verdict = sums.verdict(lang);
    view! {
        <div class="card stack stack--tight side side--quiet">
            <h2 class="card__title serif">{texts::break_even(lang)}</h2>
            <dl class="ledger">
                <Line label=income_label detail=String::new() amount=sums.income/>
                <Line label=texts::usage(lang).to_owned() detail=String::new() amount=estimate.total.negated()/>
                <div class="ledger__line ledger__line--total"><dt>{texts::left_over(lang)}</dt><dd><Money amount=sums.left/></dd></div>
            </dl>
            <p class="small" data-field="break_even">{verdict}</p>
        </div>
    }
    .into_any()
}

/// What a sold-out session brings, and how many seats pay for running it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums {
    income: money::Money,
    left: money::Money,
    /// `None` when even all seats do not.
    seats_needed: Option<u32>,
}

impl Sums {
    fn of(fee: money::Money, seats: u32, cost: money::Money) -> Option<Self> {
        let income = fee.times(seats).ok()?;
        let left = income.minus(cost).ok()?;
        let needed = u32::try_from(cost.minor().checked_add(fee.minor() - 1)? / fee.minor()).ok()?;
        Some(Self { income, left, seats_needed: (needed <= seats).then_some(needed) })
    }

    fn verdict(self, lang: Lang) -> String {
        match self.seats_needed {
            Some(needed) => texts::pays_for_it(lang, &plurals::seats(lang, u64::from(needed))),
            None => texts::never_pays(lang).to_owned(),
        }
    }
}

/// Without pay-per-use nothing is said of costs: how long, and what it brings.
#[component]
fn Glance(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let length = move || {
        let minutes = crate::domain::schedule::parse_count(&draft.duration_minutes.read(), 1, 10_080).ok()?;
        Some(view! { <p>{texts::lasts(lang, &plurals::duration(lang, u64::from(minutes)))}</p> })
    };
    let seats = move || draft.seats().map(|seats| view! { <p>{plurals::seats(lang, u64::from(seats))}</p> });
    let income = move || {
        let income = draft.fee().filter(|fee| !fee.is_zero())?.times(draft.seats()?).ok()?;
        Some(view! {
            <dl class="ledger">
                <div class="ledger__line ledger__line--total"><dt>{texts::income_when_sold_out(lang)}</dt><dd><Money amount=income/></dd></div>
            </dl>
        })
    };
    view! {
        <div class="card stack stack--tight side">
            <h2 class="card__title serif">{texts::side_free_title(lang)}</h2>
            {length} {seats} {income}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn eur(minor: i64) -> money::Money {
        money::Money::from_minor(minor, Currency::EUR)
    }

    /// look.md, "Schedule": fee 100 × 24 seats against 161.10, and one seat less than the cost of two.
    #[test]
    fn seats_that_pay_for_usage_are_rounded_up() {
        let sums = Sums::of(eur(10_000), 24, eur(16_110));
        assert_eq!(sums.map(|s| (s.income, s.left, s.seats_needed)), Some((eur(240_000), eur(223_890), Some(2))));
        assert_eq!(Sums::of(eur(10_000), 24, eur(20_000)).and_then(|s| s.seats_needed), Some(2));
        assert_eq!(Sums::of(eur(10_000), 1, eur(10_001)).and_then(|s| s.seats_needed), None);
        assert_eq!(Sums::of(eur(10_000), 24, eur(0)).and_then(|s| s.seats_needed), Some(0));
    }
}
