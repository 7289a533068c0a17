//! The card group: number, expiry, code and name, as they stand on the card.

use leptos::prelude::*;

use super::live::Live;
use crate::{
    app::{
        components::{Field, Glyph, Icon, RefusalNotice, Size},
        form_state::use_form_state,
        viewer::use_lang,
    },
    domain::{
        card::{Brand, Expiry, digits_of, grouped, parse_code, parse_number},
        card_kinds::{CardKinds, CardsTaken},
        form::{Problem, Refusal},
        payment::Method,
        text::Lang,
    },
    texts::{checkout as texts, problems::brand_names},
};

/// Disabled (so not sent) while another method is chosen or nothing is due; what was typed stays.
#[component]
pub(super) fn CardGroup(cards: CardsTaken, test_mode: bool, live: Live) -> impl IntoView {
    let lang = use_lang();
    let number = RwSignal::new(String::new());
    let brand = Memo::new(move |_| Brand::of(&digits_of(&number.read())));
    let accepted = accepted(lang, &cards);
    let number_check = Callback::new(move |text: String| parse_number(&text).and_then(|digits| cards.check(&digits)).err());
    let expiry_check = Callback::new(|text: String| Expiry::parse(&text).err());
    let code_check = Callback::new(move |text: String| parse_code(&text, brand.get_untracked()).err());
    let declined = matches!(use_form_state().refusal, Some(Refusal::Declined(_)));
    // The code stands on the front of one brand only.
    let code_hint = move || match brand.get().map_or(3, Brand::code_digits) {
        4 => texts::csc_front(lang),
        _ => texts::csc_back(lang),
    };
    view! {
        <fieldset class="when-card card-group" disabled=move || !live.pays_by(Method::Card)>
            <legend class="visually-hidden">{texts::card_group(lang)}</legend>
            {declined.then(|| view! { <RefusalNotice/> })}
            <div class="card card-group__box">
                <div class="card-group__number">
                    <Field
                        name="card_number" label=texts::card_number(lang) autocomplete="cc-number" inputmode="numeric" maxlength=29
                        bind=number shape=grouped check=number_check
                    />
                    <span class="card-group__brand" aria-live="polite">{move || brand.get().map(Brand::name)}</span>
                </div>
                <div class="card-group__row">
                    <div class="card-group__cell">
                        <Field
                            name="card_expiry" label=texts::card_expiry(lang) autocomplete="cc-exp" inputmode="numeric" maxlength=9
                            shape=shape_expiry check=expiry_check
                        />
                        <span class="card-group__hint tiny quiet">{texts::card_expiry_hint(lang)}</span>
                    </div>
                    <div class="card-group__cell">
                        <Field
                            name="card_csc" label=texts::card_csc(lang) autocomplete="cc-csc" inputmode="numeric" maxlength=4 check=code_check
                            size=Size::Full
                        />
                        <span class="card-group__hint tiny quiet">{code_hint}</span>
                    </div>
                </div>
                <Field name="card_name" label=texts::card_name(lang) autocomplete="cc-name" maxlength=60 check=Callback::new(name_check)/>
                <p class="card-group__safe small quiet"><Icon icon=Glyph::Lock/> <span>{texts::card_safe(lang)} " " {accepted}</span></p>
                {test_mode.then(|| view! { <p class="tiny quiet">{texts::test_cards(lang)}</p> })}
            </div>
        </fieldset>
    }
}

/// Which cards can be paid with: brands, and kinds where not both are.
pub(super) fn accepted(lang: Lang, cards: &CardsTaken) -> String {
    let brands = texts::accepted(lang, &brand_names(&cards.brands));
    match cards.kinds {
        CardKinds::All => format!("{brands}."),
        CardKinds::Credit => format!("{brands}. {}", texts::only_credit(lang)),
        CardKinds::Debit => format!("{brands}. {}", texts::only_debit(lang)),
    }
}

/// A number in the name field is a number in the wrong field.
fn name_check(text: String) -> Option<Problem> {
    text.chars().any(|c| c.is_ascii_digit()).then_some(Problem::ForbiddenCharacters)
}

/// `MM / YY` while typing: the slash comes with the year's first digit, a month above 1 gets its zero, a year of four digits
/// loses its century once complete.
fn shape_expiry(text: &str) -> String {
    let (mut month, mut year) = match text.split_once(['/', '-', '.']) {
        Some((month, year)) => (digits_of(month), digits_of(year)),
        None => {
            let digits = digits_of(text);
            let at = if digits.starts_with(['0', '1']) { digits.len().min(2) } else { digits.len().min(1) };
            let (month, year) = digits.split_at(at);
            (month.to_owned(), year.to_owned())
        }
    };
    let has_slash = text.contains(['/', '-', '.']);
    if month.len() == 1 && (has_slash || !month.starts_with(['0', '1'])) {
        month.insert(0, '0');
    }
    if year.len() == 4 && year.starts_with("20") {
        year = year.split_off(2);
    }
    year.truncate(4);
    if year.is_empty() && !has_slash { month } else { format!("{month} / {year}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries_take_the_shape_on_the_card() {
        for (typed, shown) in [
            ("", ""),
            ("0", "0"),
            ("04", "04"),
            ("4", "04"),
            ("042", "04 / 2"),
            ("0426", "04 / 26"),
            ("4/26", "04 / 26"),
            ("04/2026", "04 / 26"),
            ("12/", "12 / "),
            ("1/", "01 / "),
            ("042026", "04 / 26"),
            ("04 / 26", "04 / 26"),
            ("04 / 20", "04 / 20"),
        ] {
            assert_eq!(shape_expiry(typed), shown, "{typed}");
        }
    }
}
