//! Words of the catalogue.

use crate::domain::text::Lang;

use super::plurals;

crate::texts::texts! {
    title { en: "Live training sessions", ro: "Sesiuni de instruire în direct" }
    lead { en: "Pick a session, register, and join from your browser.", ro: "Alegeți o sesiune, înregistrați-vă și participați din browser." }
    search_label { en: "Search sessions", ro: "Căutați sesiuni" }
    found_for(count: &str, text: &str) { en: "{count} for “{text}”", ro: "{count} pentru „{text}”" }
    show_all { en: "Show all sessions", ro: "Afișați toate sesiunile" }
    empty { en: "No sessions are planned right now. New ones appear here as soon as hosts schedule them.", ro: "Nu este programată nicio sesiune acum. Cele noi apar aici imediat ce gazdele le programează." }
    nothing_found { en: "No session matches. Try fewer or other words.", ro: "Nu s-a găsit nicio sesiune. Încercați mai puține cuvinte sau altele." }
    seats_left(seats: &str) { en: "{seats} left", ro: "Au mai rămas {seats}" }
    one_seat_left { en: "1 seat left", ro: "A mai rămas 1 loc" }
    seats_plenty { en: "Seats available", ro: "Locuri disponibile" }
    sold_out { en: "Sold out", ro: "Epuizat" }
    closed { en: "Registration closed", ro: "Înregistrare închisă" }
}

/// `7 seats left`, `Au mai rămas 7 locuri`.
pub fn say_seats_left(lang: Lang, count: u32) -> String {
    if count == 1 { one_seat_left(lang).into() } else { seats_left(lang, &plurals::seats(lang, u64::from(count))) }
}
