//! The fee, with what it is understood as. Not rendered at all where fees are off.

use leptos::prelude::*;

use super::draft::Draft;
use crate::{
    api::host::ScheduleSheet,
    app::{
        components::{Field, Need, Section, Size},
        viewer::use_lang,
    },
    texts::host as texts,
};

/// The box, and the amount as the currency writes it.
#[component]
pub(super) fn Fee(sheet: ScheduleSheet, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let hint = sheet.limits.fee_max.map(|max| texts::fee_hint(lang, &max.show(lang))).unwrap_or_default();
    let understood = move || match draft.fee() {
        Some(fee) if fee.is_zero() => texts::fee_is_free(lang).to_owned(),
        Some(fee) => texts::fee_is(lang, &fee.show(lang)),
        None => String::new(),
    };
    view! {
        <Section title=texts::section_fee(lang)>
            <Field
                name="fee" label=texts::fee(lang) hint=hint inputmode="decimal" size=Size::Short maxlength=20 need=Need::Optional
                after=sheet.limits.currency.code() bind=draft.fee check=draft.check("fee")
            />
            <p class="small" aria-live="polite" data-field="fee_understood">{understood}</p>
        </Section>
    }
}
