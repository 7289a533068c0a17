//! Text as the gateway can carry it: printable ASCII without double quotes (payflow-pro.md §2.2.3 and 2.2.4).

use zeroize::Zeroizing;

/// Reduces a text to printable ASCII: letters lose their marks, quotes become apostrophes, line breaks and other control
/// characters become blanks, and what has no likeness becomes `?`. Repeating it changes nothing.
pub fn to_ascii(text: &str) -> Zeroizing<String> {
    // Three bytes is the longest replacement, so the buffer never moves and leaves no copy behind.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 3));
    for c in text.chars() {
        match c {
            '"' => out.push('\''),
            ' '..='~' => out.push(c),
            _ if c.is_control() || c.is_whitespace() => out.push(' '),
            _ => out.push_str(likeness(c)),
        }
    }
    out
}

/// The nearest ASCII of Latin letters with marks (Romanian with comma and with cedilla) and of typographic marks.
fn likeness(c: char) -> &'static str {
    match c {
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Ǎ' => "A",
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => "a",
        'Æ' => "AE",
        'æ' => "ae",
        'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'Ď' | 'Đ' | 'Ð' => "D",
        'ď' | 'đ' | 'ð' => "d",
        'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'Ĥ' | 'Ħ' => "H",
        'ĥ' | 'ħ' => "h",
        'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Ĭ' | 'Į' | 'İ' => "I",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'Ĵ' => "J",
        'ĵ' => "j",
        'Ķ' => "K",
        'ķ' => "k",
        'Ĺ' | 'Ļ' | 'Ľ' | 'Ł' => "L",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => "N",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' => "O",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'Œ' => "OE",
        'œ' => "oe",
        'Ŕ' | 'Ŗ' | 'Ř' => "R",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'Ś' | 'Ŝ' | 'Ş' | 'Š' | 'Ș' => "S",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'Ţ' | 'Ť' | 'Ŧ' | 'Ț' => "T",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'Þ' => "Th",
        'þ' => "th",
        'Ù'..='Ü' | 'Ũ' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => "U",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'Ŵ' => "W",
        'ŵ' => "w",
        'Ý' | 'Ŷ' | 'Ÿ' => "Y",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ź' | 'ż' | 'ž' => "z",
        '‘' | '’' | '‚' | '′' | '“' | '”' | '„' | '«' | '»' | '″' => "'",
        '‐'..='―' | '−' => "-",
        '…' => "...",
        '•' | '·' => "*",
        '€' => "EUR",
        // Marks that stand after their letter: what the letter lost is not missed.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => "",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn romanian_letters_lose_their_marks() {
        assert_eq!(
            to_ascii("Ștefăniță Înțărcătoarea, Piața Țepeș, Târgu Mureş").as_str(),
            "Stefanita Intarcatoarea, Piata Tepes, Targu Mures"
        );
        assert_eq!(to_ascii("S\u{326}tefan").as_str(), "Stefan");
    }

    #[test]
    fn quotes_and_line_breaks_cannot_be_sent() {
        assert_eq!(to_ascii("a\"b\r\nc\td\u{0}„x”").as_str(), "a'b  c d 'x'");
        assert_eq!(to_ascii("Иван 东").as_str(), "???? ?");
        assert_eq!(to_ascii("Straße №5").as_str(), "Strasse ?5");
    }

    proptest::proptest! {
        #[test]
        fn reducing_twice_changes_nothing(text: String) {
            let once = to_ascii(&text);
            proptest::prop_assert!(once.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'"'));
            proptest::prop_assert_eq!(to_ascii(&once), once);
        }
    }
}
