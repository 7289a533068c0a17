//! Counted things. English has one and other; Romanian one, few and other, where *other* puts "de" before the noun
//! (CLDR, *Language plural rules*, `ro`).

use crate::domain::text::Lang;

/// Which form of a noun a whole number takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 1 seat, 1 loc.
    One,
    /// 2 locuri: in Romanian 0 and what ends in 01 to 19, except 1 itself.
    Few,
    /// 20 de locuri; in English everything but 1.
    Other,
}

/// The form for `count` in a language.
pub const fn form(lang: Lang, count: u64) -> Form {
    match lang {
        Lang::En => {
            if count == 1 {
                Form::One
            } else {
                Form::Other
            }
        }
        Lang::Ro => {
            let end = count % 100;
            if count == 1 {
                Form::One
            } else if count == 0 || (end >= 1 && end <= 19) {
                Form::Few
            } else {
                Form::Other
            }
        }
    }
}

/// `count` and its noun, given the noun's singular and plural in the language: `20 de locuri`, `1 seat`.
pub fn counted(lang: Lang, count: u64, one: &str, many: &str) -> String {
    let number = grouped(lang, count);
    match form(lang, count) {
        Form::One => format!("{number}\u{a0}{one}"),
        Form::Few => format!("{number}\u{a0}{many}"),
        Form::Other => match lang {
            Lang::En => format!("{number}\u{a0}{many}"),
            Lang::Ro => format!("{number}\u{a0}de {many}"),
        },
    }
}

/// A whole number as the language groups it: `5,000`, `5.000`.
pub fn grouped(lang: Lang, count: u64) -> String {
    let text = count.to_string();
    let mark = match lang {
        Lang::En => ',',
        Lang::Ro => '.',
    };
    let mut out = String::with_capacity(text.len() + 4);
    for (i, digit) in text.chars().enumerate() {
        if i > 0 && (text.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

crate::texts::texts! {
    seat_one { en: "seat", ro: "loc" }
    seat_many { en: "seats", ro: "locuri" }
    minute_one { en: "minute", ro: "minut" }
    minute_many { en: "minutes", ro: "minute" }
    second_one { en: "second", ro: "secundă" }
    second_many { en: "seconds", ro: "secunde" }
    hour_one { en: "hour", ro: "oră" }
    hour_many { en: "hours", ro: "ore" }
    session_one { en: "session", ro: "sesiune" }
    session_many { en: "sessions", ro: "sesiuni" }
    participant_one { en: "participant", ro: "participant" }
    participant_many { en: "participants", ro: "participanți" }
    computer_one { en: "computer", ro: "calculator" }
    computer_many { en: "computers", ro: "calculatoare" }
    order_one { en: "order", ro: "comandă" }
    order_many { en: "orders", ro: "comenzi" }
    use_one { en: "use", ro: "utilizare" }
    use_many { en: "uses", ro: "utilizări" }
    day_one { en: "day", ro: "zi" }
    day_many { en: "days", ro: "zile" }
    character_one { en: "character", ro: "caracter" }
    character_many { en: "characters", ro: "caractere" }
}

/// `7 seats`, `20 de locuri`.
pub fn seats(lang: Lang, count: u64) -> String {
    counted(lang, count, seat_one(lang), seat_many(lang))
}

/// `90 minutes`, `90 de minute`.
pub fn minutes(lang: Lang, count: u64) -> String {
    counted(lang, count, minute_one(lang), minute_many(lang))
}

/// `30 seconds`, `30 de secunde`.
pub fn seconds(lang: Lang, count: u64) -> String {
    counted(lang, count, second_one(lang), second_many(lang))
}

/// `2 hours`, `2 ore`.
pub fn hours(lang: Lang, count: u64) -> String {
    counted(lang, count, hour_one(lang), hour_many(lang))
}

/// `2 sessions`, `2 sesiuni`.
pub fn sessions(lang: Lang, count: u64) -> String {
    counted(lang, count, session_one(lang), session_many(lang))
}

/// `2 participants`, `2 participanți`.
pub fn participants(lang: Lang, count: u64) -> String {
    counted(lang, count, participant_one(lang), participant_many(lang))
}

/// `25 computers`, `25 de calculatoare`.
pub fn computers(lang: Lang, count: u64) -> String {
    counted(lang, count, computer_one(lang), computer_many(lang))
}

/// `3 orders`, `3 comenzi`.
pub fn orders(lang: Lang, count: u64) -> String {
    counted(lang, count, order_one(lang), order_many(lang))
}

/// `3 uses`, `3 utilizări`.
pub fn uses(lang: Lang, count: u64) -> String {
    counted(lang, count, use_one(lang), use_many(lang))
}

/// `3 days`, `3 zile`.
pub fn days(lang: Lang, count: u64) -> String {
    counted(lang, count, day_one(lang), day_many(lang))
}

/// `32 characters`, `32 de caractere`.
pub fn characters(lang: Lang, count: u64) -> String {
    counted(lang, count, character_one(lang), character_many(lang))
}

/// A length of time in the largest whole words: `1 hour 30 minutes`.
pub fn duration(lang: Lang, minutes_total: u64) -> String {
    match (minutes_total / 60, minutes_total % 60) {
        (0, m) => minutes(lang, m),
        (h, 0) => hours(lang, h),
        (h, m) => format!("{} {}", hours(lang, h), minutes(lang, m)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ux.md U-161.
    #[test]
    fn romanian_counts_take_de_from_twenty_on() {
        for (count, text) in [
            (0, "0 locuri"),
            (1, "1 loc"),
            (2, "2 locuri"),
            (19, "19 locuri"),
            (20, "20 de locuri"),
            (100, "100 de locuri"),
            (101, "101 locuri"),
            (119, "119 locuri"),
            (120, "120 de locuri"),
            (5000, "5.000 de locuri"),
        ] {
            assert_eq!(seats(Lang::Ro, count).replace('\u{a0}', " "), text);
        }
    }

    #[test]
    fn english_counts_have_one_and_other() {
        for (count, text) in [(0, "0 seats"), (1, "1 seat"), (2, "2 seats"), (5000, "5,000 seats")] {
            assert_eq!(seats(Lang::En, count).replace('\u{a0}', " "), text);
        }
    }

    #[test]
    fn lengths_are_said_in_hours_and_minutes() {
        assert_eq!(duration(Lang::En, 90).replace('\u{a0}', " "), "1 hour 30 minutes");
        assert_eq!(duration(Lang::Ro, 120).replace('\u{a0}', " "), "2 ore");
    }
}
