//! Words about money that goes back, and about money in question.

use crate::domain::{
    refund::{RefundReason, RefundState},
    text::Lang,
};

crate::texts::texts! {
    refund { en: "Refund", ro: "Rambursare" }
    refunds { en: "Refunds", ro: "Rambursări" }
    left_to_refund { en: "Left to refund", ro: "Rămas de rambursat" }
    refunded_so_far { en: "Refunded", ro: "Rambursat" }
    paid_sum { en: "Paid", ro: "Plătit" }
    amount { en: "Amount to refund", ro: "Suma de rambursat" }
    amount_hint(left: &str) { en: "At most {left}. All of it ends the order and frees the seat; a part leaves it paid.", ro: "Cel mult {left}. Suma întreagă încheie comanda și eliberează locul; o parte o lasă plătită." }
    reason { en: "Reason", ro: "Motiv" }
    reason_choose { en: "Choose a reason", ro: "Alegeți un motiv" }
    reason_asked { en: "The buyer asked for it", ro: "A cerut cumpărătorul" }
    reason_session_off { en: "The session was called off or moved", ro: "Sesiunea a fost anulată sau mutată" }
    reason_mistake { en: "Charged by mistake", ro: "Încasat din greșeală" }
    reason_goodwill { en: "Good will", ro: "Bunăvoință" }
    reason_other { en: "Something else", ro: "Alt motiv" }
    reason_unwanted { en: "Paid twice or too late", ro: "Plătit de două ori sau prea târziu" }
    note { en: "In your words", ro: "În cuvintele dumneavoastră" }
    note_hint { en: "For your colleagues; the buyer does not see it.", ro: "Pentru colegii dumneavoastră; cumpărătorul nu vede acest text." }
    how_long(processor: &str) { en: "The money goes back the way it came, through {processor}. Banks usually show it within 5 to 10 days.", ro: "Banii se întorc pe aceeași cale, prin {processor}. De obicei băncile îi afișează în 5–10 zile." }
    how_long_by_hand { en: "This was paid by transfer, so you pay it back by hand. Here you then write down that you did.", ro: "S-a plătit prin transfer, deci înapoiați banii manual. Apoi notați aici că ați făcut-o." }
    refund_amount(amount: &str) { en: "Refund {amount}", ro: "Rambursați {amount}" }
    refund_the_amount { en: "Refund this amount", ro: "Rambursați această sumă" }
    state_on_its_way { en: "On its way", ro: "Pe drum" }
    state_returned { en: "Returned", ro: "Returnat" }
    state_failed { en: "Failed", ro: "Eșuat" }
    state_checking { en: "Being checked", ro: "În verificare" }
    state_needs_person { en: "Somebody must find out", ro: "Cineva trebuie să afle" }
    col_refund { en: "Refund", ro: "Rambursare" }
    failed_free { en: "Nothing was returned; the amount can be refunded again.", ro: "Nu s-a returnat nimic; suma poate fi rambursată din nou." }
    settle_title(amount: &str) { en: "Was {amount} returned?", ro: "S-au returnat {amount}?" }
    settle_text { en: "The processor did not say. Look there for our reference, or pay it back by hand, then say what you found.", ro: "Procesatorul nu a spus. Căutați acolo referința noastră sau înapoiați banii manual, apoi spuneți ce ați aflat." }
    settle_reference { en: "Reference of the refund", ro: "Referința rambursării" }
    it_was_returned { en: "It was returned", ro: "S-a returnat" }
    it_was_not_returned { en: "It was not returned", ro: "Nu s-a returnat" }
    needs_two { en: "For this amount two administrators must agree: what you say waits for another one to confirm it.", ro: "Pentru această sumă trebuie să fie de acord doi administratori: ce spuneți așteaptă confirmarea altuia." }
    proposed_moved(by: &str, at: &str, reference: &str) { en: "{by} said on {at} that the money moved, under the reference {reference}.", ro: "{by} a spus la {at} că banii au fost mișcați, cu referința {reference}." }
    proposed_not_moved(by: &str, at: &str) { en: "{by} said on {at} that no money moved.", ro: "{by} a spus la {at} că nu s-au mișcat bani." }
    proposed_mine { en: "Another administrator must confirm it. You can withdraw it.", ro: "Trebuie să confirme alt administrator. Puteți retrage." }
    proposed_confirm { en: "Check it yourself, then confirm or withdraw it.", ro: "Verificați personal, apoi confirmați sau retrageți." }
    confirm { en: "Confirm", ro: "Confirmați" }
    withdraw { en: "Withdraw", ro: "Retrageți" }
    notices { en: "What the processor sent", ro: "Ce a trimis procesatorul" }
    notice_handled { en: "verified", ro: "verificat" }
    notice_received { en: "not verified yet", ro: "încă neverificat" }
    notice_refused(reason: &str) { en: "refused: {reason}", ro: "refuzat: {reason}" }
    doubts { en: "Money in question", ro: "Bani de lămurit" }
    doubts_lead { en: "Payments and refunds whose ending the processor has not told us. We ask again by ourselves; after two hours somebody must find out.", ro: "Plăți și rambursări despre care procesatorul nu ne-a spus cum s-au încheiat. Întrebăm din nou singuri; după două ore trebuie să afle cineva." }
    doubts_none { en: "Nothing is in question. Every payment and refund has an ending.", ro: "Nu este nimic de lămurit. Fiecare plată și rambursare are un sfârșit." }
    doubt_payment { en: "Payment", ro: "Plată" }
    col_kind { en: "What", ro: "Ce" }
    col_age { en: "Age", ro: "Vechime" }
    col_processor { en: "Processor", ro: "Procesator" }
    col_our_ref { en: "Our reference", ro: "Referința noastră" }
    col_heard { en: "Last heard", ro: "Ultima veste" }
    col_asked { en: "Asked", ro: "Întrebări" }
    col_next { en: "Next check", ro: "Următoarea verificare" }
    col_do { en: "Do", ro: "Acțiune" }
    check_now { en: "Check now", ro: "Verificați acum" }
    buyer_title { en: "Money back", ro: "Bani înapoi" }
    buyer_returned(amount: &str, at: &str) { en: "{amount} was returned on {at}.", ro: "{amount} s-au returnat la {at}." }
    buyer_on_its_way(amount: &str) { en: "{amount} is on its way back to you.", ro: "{amount} sunt în drum spre dumneavoastră." }
    buyer_banks { en: "Banks usually show it within 5 to 10 days.", ro: "De obicei băncile îi afișează în 5–10 zile." }
    buyer_remaining { en: "Paid after refunds", ro: "Plătit după rambursări" }
    did_refund_asked { en: "Refund asked", ro: "Rambursare cerută" }
    did_refund_done { en: "Money returned", ro: "Bani returnați" }
    did_refund_failed { en: "Refund failed", ro: "Rambursare eșuată" }
    did_refund_needs_person { en: "A person must look for a refund", ro: "O persoană trebuie să caute o rambursare" }
    did_refund_marked_returned { en: "Marked as returned by a person", ro: "Marcată ca returnată de o persoană" }
    did_refund_marked_not_returned { en: "Marked as not returned by a person", ro: "Marcată ca nereturnată de o persoană" }
    did_proposal_made { en: "Said by one person, waits for another", ro: "Spus de o persoană, așteaptă alta" }
    did_proposal_confirmed { en: "Confirmed by a second person", ro: "Confirmat de a doua persoană" }
    did_proposal_withdrawn { en: "What was said is withdrawn", ro: "Ce s-a spus este retras" }
    did_message_refunded_part { en: "Notice of a part refund", ro: "Anunț de rambursare parțială" }
    did_message_money_returned { en: "Notice of returned money", ro: "Anunț de bani returnați" }
}

/// A reason in words.
pub fn say_reason(lang: Lang, reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::Unwanted => reason_unwanted(lang),
        RefundReason::Asked => reason_asked(lang),
        RefundReason::SessionOff => reason_session_off(lang),
        RefundReason::Mistake => reason_mistake(lang),
        RefundReason::Goodwill => reason_goodwill(lang),
        RefundReason::Other => reason_other(lang),
    }
}

/// Where a refund stands, in an administrator's words.
pub fn say_state(lang: Lang, state: RefundState) -> &'static str {
    match state {
        RefundState::Prepared | RefundState::Pending => state_on_its_way(lang),
        RefundState::Unknown => state_checking(lang),
        RefundState::NeedsPerson => state_needs_person(lang),
        RefundState::Done => state_returned(lang),
        RefundState::Failed => state_failed(lang),
    }
}

/// What happened, for the time line; nothing when it is no event of a refund.
pub fn event(lang: Lang, code: &str) -> Option<&'static str> {
    Some(match code {
        "refund.asked" => did_refund_asked(lang),
        "refund.done" => did_refund_done(lang),
        "refund.failed" => did_refund_failed(lang),
        "refund.needs_person" => did_refund_needs_person(lang),
        "refund.marked_returned" => did_refund_marked_returned(lang),
        "refund.marked_not_returned" => did_refund_marked_not_returned(lang),
        "proposal.made" => did_proposal_made(lang),
        "proposal.confirmed" => did_proposal_confirmed(lang),
        "proposal.withdrawn" => did_proposal_withdrawn(lang),
        "message.refunded_part" => did_message_refunded_part(lang),
        "message.money_returned" => did_message_money_returned(lang),
        _ => return None,
    })
}
