//! Words for everything that can be wrong with what was typed, and for every rule that can say no.

use crate::domain::{
    card::{Brand, Funding},
    form::{Problem, Refusal},
    payment::DeclineClass,
    promo::PromoRefusal,
    text::Lang,
};

use super::plurals;

crate::texts::texts! {
    required { en: "Please fill this in.", ro: "Vă rugăm să completați acest câmp." }
    too_long(most: &str) { en: "At most {most}, please.", ro: "Cel mult {most}, vă rugăm." }
    too_short(least: &str) { en: "At least {least}, please.", ro: "Cel puțin {least}, vă rugăm." }
    forbidden_characters { en: "This has hidden or control characters. Please type it again.", ro: "Conține caractere ascunse sau de control. Vă rugăm să scrieți din nou." }
    not_an_email { en: "Enter an e-mail address like name@example.com.", ro: "Introduceți o adresă de e-mail precum nume@exemplu.ro." }
    not_a_promo_code { en: "A code has 4 to 32 letters, digits or hyphens.", ro: "Un cod are între 4 și 32 de litere, cifre sau cratime." }
    not_a_number { en: "Enter a number.", ro: "Introduceți un număr." }
    no_decimals { en: "This currency has no decimals.", ro: "Această monedă nu are zecimale." }
    too_many_decimals(max: u32) { en: "At most {max} decimals.", ro: "Cel mult {max} zecimale." }
    negative { en: "This cannot be below zero.", ro: "Nu poate fi sub zero." }
    zero { en: "Enter more than zero.", ro: "Introduceți mai mult decât zero." }
    confirm_amount(amount: &str) { en: "Nothing was sent yet. Press the button again to confirm {amount}.", ro: "Încă nu s-a trimis nimic. Apăsați din nou butonul pentru a confirma {amount}." }
    above_maximum(max: &str) { en: "At most {max}.", ro: "Cel mult {max}." }
    out_of_range(min: i64, max: i64) { en: "Enter a whole number from {min} to {max}.", ro: "Introduceți un număr întreg de la {min} la {max}." }
    not_a_choice { en: "Choose one of the options.", ro: "Alegeți una dintre opțiuni." }
    not_a_date { en: "Enter a date and time that exist.", ro: "Introduceți o dată și o oră care există." }
    time_skipped(before: &str, after: &str) { en: "The clocks go forward then, so this time does not exist. Choose {before} or {after}.", ro: "Atunci se trece la ora de vară, deci această oră nu există. Alegeți {before} sau {after}." }
    in_the_past { en: "This is in the past. Choose a later time.", ro: "Este în trecut. Alegeți un moment ulterior." }
    unknown_zone { en: "Choose a time zone from the list.", ro: "Alegeți un fus orar din listă." }
    fee_requires_registration { en: "A session with a fee needs registration. Switch registration on, or set the fee to 0.", ro: "O sesiune cu taxă necesită înregistrare. Activați înregistrarea sau setați taxa la 0." }
    more_than_computers(computers: u32) { en: "Not more than the {computers} computers that are connected.", ro: "Nu mai mult decât cele {computers} calculatoare conectate." }
    below_taken(taken: u32) { en: "{taken} seats are taken already; there cannot be fewer.", ro: "Sunt deja ocupate {taken} locuri; nu pot fi mai puține." }
    card_number_mistyped { en: "This card number has a typing mistake. Please check it.", ro: "Numărul cardului are o greșeală de scriere. Vă rugăm să îl verificați." }
    card_brand_not_accepted(brand: &str, taken: &str) { en: "{brand} is not accepted here. Please use another card: {taken}.", ro: "{brand} nu este acceptat aici. Vă rugăm să folosiți alt card: {taken}." }
    card_brand_unknown(taken: &str) { en: "This card is of a brand that is not accepted here. Please use another card: {taken}.", ro: "Acest card este al unei mărci care nu este acceptată aici. Vă rugăm să folosiți alt card: {taken}." }
    credit_not_accepted { en: "Credit cards are not accepted here. Please use a debit card or another way to pay.", ro: "Cardurile de credit nu sunt acceptate aici. Vă rugăm să folosiți un card de debit sau altă metodă de plată." }
    debit_not_accepted { en: "Debit and prepaid cards are not accepted here. Please use a credit card or another way to pay.", ro: "Cardurile de debit și preplătite nu sunt acceptate aici. Vă rugăm să folosiți un card de credit sau altă metodă de plată." }
    no_card_kind_left { en: "Accept credit cards, debit cards, or both. To take no cards at all, pause the processors that carry them.", ro: "Acceptați carduri de credit, carduri de debit sau ambele. Pentru a nu accepta niciun card, suspendați procesatorii care le preiau." }
    credit_returned(amount: &str) { en: "We do not accept credit cards, and only after paying it was known that this is one. {amount} was taken and is on its way back to the card. Nothing else will be charged. Please pay with a debit card or another way.", ro: "Nu acceptăm carduri de credit, iar faptul că acesta este unul s-a aflat abia după plată. Suma de {amount} a fost debitată și este în drum înapoi spre card. Nu se va debita nimic altceva. Vă rugăm să plătiți cu un card de debit sau altfel." }
    debit_returned(amount: &str) { en: "We do not accept debit cards, and only after paying it was known that this is one. {amount} was taken and is on its way back to the card. Nothing else will be charged. Please pay with a credit card or another way.", ro: "Nu acceptăm carduri de debit, iar faptul că acesta este unul s-a aflat abia după plată. Suma de {amount} a fost debitată și este în drum înapoi spre card. Nu se va debita nimic altceva. Vă rugăm să plătiți cu un card de credit sau altfel." }
    card_expiry_unreadable { en: "Enter month and year as on the card, like 04 / 29.", ro: "Introduceți luna și anul ca pe card, de exemplu 04 / 29." }
    card_expired { en: "This card has expired. Please use another one.", ro: "Acest card a expirat. Vă rugăm să folosiți altul." }
    card_code_length(digits: u32) { en: "Enter the {digits} digits of the security code.", ro: "Introduceți cele {digits} cifre ale codului de securitate." }
    card_not_authenticated { en: "Your bank did not confirm that this card is yours. Nothing was charged; please use another card.", ro: "Banca nu a confirmat că acest card vă aparține. Nu s-a debitat nimic; vă rugăm să folosiți alt card." }
    card_needs_authentication { en: "Cards are taken here only after your bank has confirmed them (3-D Secure), and that could not be done. Nothing was charged; please pay another way.", ro: "Aici cardurile sunt acceptate doar după confirmarea băncii (3-D Secure), iar aceasta nu a fost posibilă. Nu s-a debitat nimic; vă rugăm să plătiți altfel." }
    terms_not_accepted { en: "Please accept the terms to go on.", ro: "Vă rugăm să acceptați termenii pentru a continua." }
    wrong_password { en: "This is not the registration password. Ask the host for it.", ro: "Aceasta nu este parola de înregistrare. Cereți-o gazdei." }
    already_exists { en: "This exists already. Choose another.", ro: "Există deja. Alegeți altceva." }
    currency_mismatch(expected: &str) { en: "This must be in {expected}.", ro: "Trebuie să fie în {expected}." }
    not_for_this_processor { en: "The payment service cannot carry some of these characters. Please copy it again, without blanks and quotation marks.", ro: "Serviciul de plată nu acceptă unele dintre aceste caractere. Vă rugăm să copiați din nou, fără spații și ghilimele." }
    not_an_address { en: "This is not an address we may call. Use a public https:// address.", ro: "Aceasta nu este o adresă pe care o putem apela. Folosiți o adresă publică https://." }

    promo_unknown { en: "We do not know this code. Check for typing mistakes; the price is unchanged.", ro: "Nu cunoaștem acest cod. Verificați dacă l-ați scris corect; prețul este neschimbat." }
    promo_not_yet(from: &str) { en: "This code is valid from {from}.", ro: "Acest cod este valabil din {from}." }
    promo_expired(on: &str) { en: "This code expired on {on}.", ro: "Acest cod a expirat la {on}." }
    promo_used_up { en: "All uses of this code are taken.", ro: "Toate utilizările acestui cod au fost epuizate." }
    promo_not_this_session { en: "This code is for other sessions.", ro: "Acest cod este pentru alte sesiuni." }
    promo_not_this_person { en: "This code is for other people, or you have used it already.", ro: "Acest cod este pentru alte persoane sau l-ați folosit deja." }
    promo_currency(currency: &str) { en: "This code is for prices in {currency}.", ro: "Acest cod este pentru prețuri în {currency}." }
    promo_minimum(minimum: &str) { en: "This code needs a price of at least {minimum}.", ro: "Acest cod necesită un preț de cel puțin {minimum}." }
    promo_nothing { en: "There is nothing to take off: this costs nothing already.", ro: "Nu este nimic de redus: deja nu costă nimic." }

    decline_title { en: "The payment was declined. Nothing was charged.", ro: "Plata a fost refuzată. Nu s-a debitat nimic." }
    decline_funds { en: "The card has too little money or is over a limit. Use another card, or raise the limit in your bank's app and try again.", ro: "Cardul nu are destui bani sau depășește o limită. Folosiți alt card sau măriți limita în aplicația băncii și încercați din nou." }
    decline_details { en: "The details did not match. Check the number, expiry, security code and address, then try again.", ro: "Datele nu se potrivesc. Verificați numărul, expirarea, codul de securitate și adresa, apoi încercați din nou." }
    decline_fraud { en: "A security check refused this payment. Use another card or another way to pay.", ro: "O verificare de securitate a refuzat plata. Folosiți alt card sau altă metodă de plată." }
    decline_later { en: "The bank cannot answer right now. Wait a few minutes and try again.", ro: "Banca nu poate răspunde acum. Așteptați câteva minute și încercați din nou." }
    decline_refused { en: "The bank refused without giving a reason. Use another card, or ask your bank.", ro: "Banca a refuzat fără să dea un motiv. Folosiți alt card sau întrebați banca." }

    sold_out { en: "The last seat was just taken. You have not paid anything.", ro: "Ultimul loc tocmai a fost ocupat. Nu ați plătit nimic." }
    too_few_seats(seats: &str) { en: "Only {seats} left. You have not paid anything.", ro: "Au mai rămas doar {seats}. Nu ați plătit nimic." }
    already_registered { en: "This address has a place in this session already. The mail sent then has the link to it.", ro: "Această adresă are deja un loc la această sesiune. E-mailul trimis atunci conține linkul către el." }
    registration_closed { en: "Registration for this session has closed.", ro: "Înregistrarea la această sesiune s-a încheiat." }
    session_over { en: "This session is over or was cancelled.", ro: "Această sesiune s-a încheiat sau a fost anulată." }
    hold_expired { en: "Your seat was kept for a while and is now free again. You have not paid anything; start again in one step.", ro: "Locul v-a fost păstrat o vreme și este acum din nou liber. Nu ați plătit nimic; puteți relua într-un singur pas." }
    order_cancelled { en: "This order was cancelled.", ro: "Această comandă a fost anulată." }
    already_paid { en: "This is paid already. You do not need to pay again.", ro: "Este deja plătit. Nu trebuie să plătiți din nou." }
    payment_in_progress { en: "A payment for this order is being checked. Please do not pay again.", ro: "O plată pentru această comandă este în curs de verificare. Vă rugăm să nu plătiți din nou." }
    price_changed(old: &str, new: &str) { en: "The price changed from {old} to {new}. Nothing was charged; please confirm the new price.", ro: "Prețul s-a schimbat de la {old} la {new}. Nu s-a debitat nimic; vă rugăm să confirmați noul preț." }
    rate_changed(old: &str, new: &str) { en: "The rates changed: the estimate goes from {old} to {new}. Nothing was charged; please confirm.", ro: "Tarifele s-au schimbat: estimarea trece de la {old} la {new}. Nu s-a debitat nimic; vă rugăm să confirmați." }
    too_many_declines(wait: &str) { en: "Too many declined payments. Please wait {wait}, then try again. Nothing was charged.", ro: "Prea multe plăți refuzate. Vă rugăm să așteptați {wait}, apoi încercați din nou. Nu s-a debitat nimic." }
    processor_unavailable { en: "The payment service cannot be reached. Nothing was charged; please try again in a few minutes.", ro: "Serviciul de plată nu poate fi contactat. Nu s-a debitat nimic; vă rugăm să încercați din nou peste câteva minute." }
    method_not_offered { en: "This way to pay is not offered here. Please choose another.", ro: "Această metodă de plată nu este oferită aici. Vă rugăm să alegeți alta." }
    not_provisioned { en: "This feature is not part of this site. Ask the account manager.", ro: "Această funcție nu face parte din acest site. Întrebați managerul de cont." }
    not_enabled { en: "This feature is switched off. Ask the site administrator.", ro: "Această funcție este dezactivată. Întrebați administratorul site-ului." }
    not_allowed { en: "You may not do this with your sign-in.", ro: "Nu puteți face acest lucru cu autentificarea dumneavoastră." }
    usage_unpaid { en: "The session's usage must be paid before it starts.", ro: "Utilizarea sesiunii trebuie plătită înainte de început." }
    fee_unpaid { en: "The fee must be paid before joining.", ro: "Taxa trebuie plătită înainte de a intra." }
    cannot_start { en: "This session cannot be started now.", ro: "Această sesiune nu poate fi începută acum." }
    too_many_tries(wait: &str) { en: "Too many tries. Please wait {wait}.", ro: "Prea multe încercări. Vă rugăm să așteptați {wait}." }
    setup_incomplete(steps: &str) { en: "Still to do first: {steps}.", ro: "Mai sunt de făcut: {steps}." }
    stale { en: "Someone changed this meanwhile. Reload the page and try again.", ro: "Cineva a modificat între timp. Reîncărcați pagina și încercați din nou." }
    key_reused { en: "This form was sent already with other details. Reload the page.", ro: "Acest formular a fost deja trimis cu alte date. Reîncărcați pagina." }
    promo_in_use { en: "This code has been used, so it cannot be deleted or change its value. You can pause it.", ro: "Acest cod a fost folosit, deci nu poate fi șters și nu își poate schimba valoarea. Îl puteți suspenda." }
    processor_not_available { en: "This payment service is not sold to merchants in your country. Change the merchant country in the settings if it is wrong.", ro: "Acest serviciu de plată nu este disponibil comercianților din țara dumneavoastră. Dacă țara comerciantului este greșită, modificați-o în setări." }
    processor_not_for_currency(currency: &str) { en: "This payment service does not carry {currency}, the site's currency.", ro: "Acest serviciu de plată nu acceptă {currency}, moneda site-ului." }
    processor_in_use { en: "A payment with this processor is not settled yet. Pause it, and remove it once nothing is open.", ro: "O plată cu acest procesator nu este încă lămurită. Suspendați-l și eliminați-l când nu mai este nimic deschis." }
    not_a_key_of_this_mode { en: "This is not a key of this mode: test and live have their own.", ro: "Aceasta nu este o cheie a acestui mod: modul de test și cel real au chei diferite." }
    nothing_to_refund { en: "There is nothing left to refund.", ro: "Nu mai este nimic de rambursat." }
    second_person_needed { en: "For this amount two administrators must agree. Another one has to confirm, or withdraw, what was said.", ro: "Pentru această sumă trebuie să fie de acord doi administratori. Altul trebuie să confirme sau să retragă ce s-a spus." }
    not_cancellable { en: "This cannot be cancelled here. Please ask the organiser.", ro: "Aceasta nu poate fi anulată aici. Vă rugăm să contactați organizatorul." }
}

/// What is wrong with one field, and what to do.
pub fn say_problem(lang: Lang, problem: &Problem) -> String {
    match problem {
        Problem::Required => required(lang).into(),
        Problem::TooLong { max } => too_long(lang, &plurals::characters(lang, *max as u64)),
        Problem::TooShort { min } => too_short(lang, &plurals::characters(lang, *min as u64)),
        Problem::ForbiddenCharacters => forbidden_characters(lang).into(),
        Problem::NotAnEmail => not_an_email(lang).into(),
        Problem::NotAPromoCode => not_a_promo_code(lang).into(),
        Problem::NotANumber => not_a_number(lang).into(),
        Problem::TooManyDecimals { max: 0 } => no_decimals(lang).into(),
        Problem::TooManyDecimals { max } => too_many_decimals(lang, *max),
        Problem::Negative => negative(lang).into(),
        Problem::Zero => zero(lang).into(),
        Problem::ConfirmAmount { amount } => confirm_amount(lang, &amount.show(lang)),
        Problem::AboveMaximum { max } => above_maximum(lang, &max.show(lang)),
        Problem::OutOfRange { min, max } => out_of_range(lang, *min, *max),
        Problem::NotAChoice => not_a_choice(lang).into(),
        Problem::NotADate => not_a_date(lang).into(),
        Problem::TimeSkipped { before, after } => time_skipped(lang, before, after),
        Problem::InThePast => in_the_past(lang).into(),
        Problem::UnknownZone => unknown_zone(lang).into(),
        Problem::FeeRequiresRegistration => fee_requires_registration(lang).into(),
        Problem::MoreThanComputers { computers } => more_than_computers(lang, *computers),
        Problem::BelowTaken { taken } => below_taken(lang, *taken),
        Problem::CardNumberMistyped => card_number_mistyped(lang).into(),
        Problem::CardBrandNotAccepted { brand: Some(brand), taken } => card_brand_not_accepted(lang, brand.name(), &brand_names(taken)),
        Problem::CardBrandNotAccepted { brand: None, taken } => card_brand_unknown(lang, &brand_names(taken)),
        Problem::CardKindNotAccepted { funding } => say_decline(lang, DeclineClass::of_kind(*funding)).into(),
        Problem::NoCardKindLeft => no_card_kind_left(lang).into(),
        Problem::CardExpiryUnreadable => card_expiry_unreadable(lang).into(),
        Problem::CardExpired => card_expired(lang).into(),
        Problem::CardCodeLength { digits } => card_code_length(lang, *digits),
        Problem::CardNotAuthenticated => card_not_authenticated(lang).into(),
        Problem::CardNeedsAuthentication => card_needs_authentication(lang).into(),
        Problem::TermsNotAccepted => terms_not_accepted(lang).into(),
        Problem::WrongPassword => wrong_password(lang).into(),
        Problem::AlreadyExists => already_exists(lang).into(),
        Problem::CurrencyMismatch { expected } => currency_mismatch(lang, expected.code()),
        Problem::Promo(refusal) => say_promo(lang, refusal),
        Problem::NotForThisProcessor => not_for_this_processor(lang).into(),
        Problem::NotAnAddress => not_an_address(lang).into(),
        Problem::NotAKeyOfThisMode => not_a_key_of_this_mode(lang).into(),
    }
}

/// Why a promo code was refused.
pub fn say_promo(lang: Lang, refusal: &PromoRefusal) -> String {
    match refusal {
        PromoRefusal::Unknown => promo_unknown(lang).into(),
        PromoRefusal::NotYet { from } => promo_not_yet(lang, from),
        PromoRefusal::Expired { on } => promo_expired(lang, on),
        PromoRefusal::UsedUp => promo_used_up(lang).into(),
        PromoRefusal::NotThisSession => promo_not_this_session(lang).into(),
        PromoRefusal::NotThisPerson => promo_not_this_person(lang).into(),
        PromoRefusal::Currency { code_currency } => promo_currency(lang, code_currency.code()),
        PromoRefusal::MinimumNotMet { minimum } => promo_minimum(lang, &minimum.show(lang)),
        PromoRefusal::NothingToDiscount => promo_nothing(lang).into(),
    }
}

/// What to do after a decline. [`decline_title`] comes before it.
pub fn say_decline(lang: Lang, class: DeclineClass) -> &'static str {
    match class {
        DeclineClass::Funds => decline_funds(lang),
        DeclineClass::Details => decline_details(lang),
        DeclineClass::FraudCheck => decline_fraud(lang),
        DeclineClass::TryLater => decline_later(lang),
        DeclineClass::Refused => decline_refused(lang),
        DeclineClass::CreditCard => credit_not_accepted(lang),
        DeclineClass::DebitCard => debit_not_accepted(lang),
    }
}

/// What happened to the money of a card that the site does not take.
pub fn say_returned(lang: Lang, funding: Funding, amount: &str) -> String {
    match funding {
        Funding::Credit => credit_returned(lang, amount),
        Funding::Debit | Funding::Prepaid => debit_returned(lang, amount),
    }
}

/// "Visa, Mastercard, American Express".
pub fn brand_names(brands: &[Brand]) -> String {
    brands.iter().map(|brand| brand.name()).collect::<Vec<_>>().join(", ")
}

/// How long to wait, rounded up to whole minutes from one minute on.
pub fn say_wait(lang: Lang, seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or(0).max(1);
    if seconds < 60 { plurals::seconds(lang, seconds) } else { plurals::minutes(lang, seconds.div_ceil(60)) }
}

/// What a rule refused, what it means for the money, what to do.
pub fn say_refusal(lang: Lang, refusal: &Refusal) -> String {
    match refusal {
        Refusal::SoldOut { seats_left: 0 } => sold_out(lang).into(),
        Refusal::SoldOut { seats_left } => too_few_seats(lang, &plurals::seats(lang, u64::from(*seats_left))),
        Refusal::AlreadyRegistered => already_registered(lang).into(),
        Refusal::RegistrationClosed => registration_closed(lang).into(),
        Refusal::SessionOver => session_over(lang).into(),
        Refusal::HoldExpired => hold_expired(lang).into(),
        Refusal::OrderCancelled => order_cancelled(lang).into(),
        Refusal::AlreadyPaid => already_paid(lang).into(),
        Refusal::PaymentInProgress => payment_in_progress(lang).into(),
        Refusal::PriceChanged { old, new } => price_changed(lang, &old.show(lang), &new.show(lang)),
        Refusal::RateChanged { old, new } => rate_changed(lang, &old.show(lang), &new.show(lang)),
        Refusal::Declined(class) => format!("{} {}", decline_title(lang), say_decline(lang, *class)),
        Refusal::CardReturned { funding, amount } => say_returned(lang, *funding, &amount.show(lang)),
        Refusal::TooManyDeclines { wait_seconds } => too_many_declines(lang, &say_wait(lang, *wait_seconds)),
        Refusal::ProcessorUnavailable => processor_unavailable(lang).into(),
        Refusal::MethodNotOffered => method_not_offered(lang).into(),
        Refusal::NotProvisioned => not_provisioned(lang).into(),
        Refusal::NotEnabled => not_enabled(lang).into(),
        Refusal::NotAllowed => not_allowed(lang).into(),
        Refusal::UsageUnpaid => usage_unpaid(lang).into(),
        Refusal::FeeUnpaid => fee_unpaid(lang).into(),
        Refusal::CannotStart => cannot_start(lang).into(),
        Refusal::TooManyTries { wait_seconds } => too_many_tries(lang, &say_wait(lang, *wait_seconds)),
        Refusal::SetupIncomplete { missing } => setup_incomplete(lang, &missing.join(", ")),
        Refusal::Stale => stale(lang).into(),
        Refusal::KeyReused => key_reused(lang).into(),
        Refusal::PromoInUse => promo_in_use(lang).into(),
        Refusal::ProcessorNotAvailable => processor_not_available(lang).into(),
        Refusal::ProcessorNotForCurrency { currency } => processor_not_for_currency(lang, currency.code()),
        Refusal::ProcessorInUse => processor_in_use(lang).into(),
        Refusal::NotCancellable => not_cancellable(lang).into(),
        Refusal::NothingToRefund => nothing_to_refund(lang).into(),
        Refusal::SecondPersonNeeded => second_person_needed(lang).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up_never_to_nothing() {
        for (seconds, text) in [(0, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes")] {
            assert_eq!(say_wait(Lang::En, seconds).replace('\u{a0}', " "), text);
        }
    }
}
