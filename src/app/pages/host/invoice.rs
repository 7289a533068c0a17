//! The estimate set like an invoice: each line with its formula, its numbers and its rate. Tests read it by `data-field`.

use leptos::prelude::*;

use super::words;
use crate::{
    api::host::EstimateSheet,
    app::{
        components::{DataTable, Money},
        viewer::use_lang,
    },
    domain::{
        estimate::{Estimate, Rate},
        money,
        text::Lang,
    },
    texts::host as texts,
};

/// The lines, tax and total; lines that differ from the last quote are marked.
#[component]
pub(super) fn Invoice(sheet: EstimateSheet) -> impl IntoView {
    let lang = use_lang();
    let EstimateSheet { estimate, before, tax, .. } = sheet;
    let usage = estimate.usage;
    let was = |of: fn(&Estimate) -> (money::Money, u64, Rate)| before.as_ref().is_some_and(|before| of(before) != of(&estimate));
    let people_changed = was(|e| (e.people_cost, e.people_minutes, e.rates.people));
    let teleconference_changed = was(|e| (e.teleconference_cost, e.teleconference_minutes, e.rates.teleconference));
    let duration = words::count(lang, usage.duration_minutes);
    view! {
        <div class="invoice__table">
            <DataTable caption=texts::estimate_title(lang) caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_what(lang)}</th>
                        <th scope="col">{texts::col_how(lang)}</th>
                        <th scope="col" class="num">{texts::col_rate(lang)}</th>
                        <th scope="col" class="num">{texts::col_amount(lang)}</th>
                    </tr>
                </thead>
                <tbody>
                    <MinuteLine
                        label=texts::people_minutes(lang) changed=people_changed duration=duration.clone() duration_field=Some("duration")
                        computers=words::count(lang, usage.computers) computers_field="computers"
                        minutes=words::count(lang, estimate.people_minutes) minutes_field="people_minutes"
                        rate=words::rate(lang, estimate.rates.people) rate_field="people_rate" amount=estimate.people_cost amount_field="people_cost"
                    />
                    <MinuteLine
                        label=texts::teleconference_minutes(lang) changed=teleconference_changed duration=duration duration_field=None
                        computers=words::count(lang, usage.teleconference) computers_field="teleconference"
                        minutes=words::count(lang, estimate.teleconference_minutes) minutes_field="teleconference_minutes"
                        rate=words::rate(lang, estimate.rates.teleconference) rate_field="teleconference_rate"
                        amount=estimate.teleconference_cost amount_field="teleconference_cost"
                    />
                    <tr>
                        <th scope="row" colspan="3">{words::tax(lang, tax.as_ref())}</th>
                        <td class="num"><Money amount=estimate.tax field="tax"/></td>
                    </tr>
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="3">{texts::total(lang)}</th>
                        <td class="num invoice__total"><Money amount=estimate.total field="total"/></td>
                    </tr>
                </tfoot>
            </DataTable>
        </div>
    }
}

/// `90 × 25 = 2,250`, the rate, the amount.
#[component]
#[expect(clippy::too_many_arguments, reason = "one prop per printed number")]
fn MinuteLine(
    label: &'static str,
    changed: bool,
    duration: String,
    duration_field: Option<&'static str>,
    computers: String,
    computers_field: &'static str,
    minutes: String,
    minutes_field: &'static str,
    rate: String,
    rate_field: &'static str,
    amount: money::Money,
    amount_field: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <tr class=if changed { "invoice__changed" } else { "" }>
            <th scope="row">{label} {changed.then(|| view! { " " <em class="small">{texts::changed(lang)}</em> })}</th>
            <td class="invoice__formula">
                <span data-field=duration_field>{duration}</span> " × " <span data-field=computers_field>{computers}</span> " = "
                <strong data-field=minutes_field>{minutes}</strong>
            </td>
            <td class="num">"× " <span data-field=rate_field>{rate}</span></td>
            <td class="num"><Money amount=amount field=amount_field/></td>
        </tr>
    }
}

/// How the estimate comes about, in one sentence for small print.
pub(super) fn remark(lang: Lang, sheet: &EstimateSheet) -> String {
    let rates = match sheet.rate_version {
        Some(version) => texts::rate_version(lang, version),
        None => texts::rate_frozen(lang).to_owned(),
    };
    format!("{rates} {}", texts::valid_until(lang, &sheet.valid_until))
}
