//! The billing address that the card's bank compares.

use leptos::prelude::*;

use super::live::Live;
use crate::{
    app::{
        components::{Choice, Field, Select, Size},
        viewer::use_lang,
    },
    domain::{payment::Method, text::Lang},
    texts::{checkout as texts, common, countries},
};

/// Sent with a card only.
#[component]
pub(super) fn Billing(live: Live) -> impl IntoView {
    let lang = use_lang();
    let options = std::iter::once(Choice::new("", common::choose(lang)))
        .chain(countries::sorted(lang).into_iter().map(|(code, name)| Choice::new(code, name)))
        .collect::<Vec<_>>();
    let likely = match lang {
        Lang::En => "",
        Lang::Ro => "RO",
    };
    view! {
        <fieldset class="when-card stack stack--tight" disabled=move || !live.pays_by(Method::Card)>
            <legend class="section__title serif">{texts::billing_group(lang)}</legend>
            <Field name="billing_line1" label=texts::billing_line1(lang) autocomplete="billing address-line1" maxlength=100/>
            <div class="columns">
                <Field name="billing_postcode" label=texts::billing_postcode(lang) autocomplete="billing postal-code" maxlength=16 size=Size::Full/>
                <Field name="billing_city" label=texts::billing_city(lang) autocomplete="billing address-level2" maxlength=60/>
            </div>
            <Select name="billing_country" label=texts::billing_country(lang) options=options value=likely autocomplete="billing country"/>
        </fieldset>
    }
}
