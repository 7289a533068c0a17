//! Numbers and choices in words, shared by the host's pages.

use crate::{
    domain::{
        estimate::{Audio, Rate},
        session::Listing,
        text::Lang,
    },
    texts::{host as texts, plurals},
};

/// A rate as the language writes it: `0.05`, `0,05`.
pub(super) fn rate(lang: Lang, rate: Rate) -> String {
    match lang {
        Lang::En => rate.to_string(),
        Lang::Ro => rate.to_string().replace('.', ","),
    }
}

/// A count as the language groups it.
pub(super) fn count(lang: Lang, count: impl Into<u64>) -> String {
    plurals::grouped(lang, count.into())
}

/// A way to hear the session.
pub(super) fn audio(lang: Lang, audio: Audio) -> &'static str {
    match audio {
        Audio::None => texts::audio_none(lang),
        Audio::Voip => texts::audio_voip(lang),
        Audio::CallIn => texts::audio_call_in(lang),
        Audio::TollFree => texts::audio_toll_free(lang),
        Audio::CallBack => texts::audio_call_back(lang),
    }
}

/// Who finds a session.
pub(super) fn listing(lang: Lang, listing: Listing) -> &'static str {
    match listing {
        Listing::All => texts::listing_all(lang),
        Listing::Authorised => texts::listing_authorised(lang),
        Listing::Unlisted => texts::listing_unlisted(lang),
    }
}

/// `VAT 19 %`.
pub(super) fn tax(lang: Lang, tax: Option<&crate::domain::pricing::Tax>) -> String {
    match tax {
        Some(tax) => texts::tax_line(lang, &tax.name, &tax.rate.to_string()),
        None => texts::tax_none(lang).to_owned(),
    }
}
