//! Reading for everyone: what the catalogue, a session's page and its registration form show.

use crate::api::catalogue::{Catalogue, Question, RegisterDetails, SeatsLeft, SessionCard, SessionDetails};
use crate::domain::{
    pricing::{Tax, TaxMode, price_fee},
    session::{Listing, SessionStatus},
    text::Lang,
    time::Timestamp,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::session::{self, Session},
    zones,
};
use crate::texts::checkout;
use crate::{look_up, read_tx};

/// From this many seats down, the number is told.
const FEW_SEATS: u32 = 10;
/// Longest summary, in characters.
const SUMMARY_MAX: usize = 180;
/// Other sessions offered when one is sold out.
const OTHERS_MAX: usize = 3;

/// A session as lists show it.
pub fn card(session: &Session, now: Timestamp, lang: Lang) -> SessionCard {
    let seats = match session.seats_left() {
        _ if !session.is_sellable(now) => SeatsLeft::Closed,
        0 => SeatsLeft::SoldOut,
        few if few <= FEW_SEATS => SeatsLeft::Few(few),
        _plenty => SeatsLeft::Plenty,
    };
    SessionCard {
        slug: session.slug.clone(),
        topic: session.topic.clone(),
        summary: summary(&session.description),
        language: Some(session.lang.clone()),
        when: zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, lang),
        fee: session.fee,
        seats,
        status: session.status,
    }
}

/// The catalogue of the site.
///
/// # Errors
/// A fault when the database fails.
pub async fn list(ctx: &Ctx) -> Result<Catalogue, Failure> {
    let now = ctx.app.clock.now();
    let sessions = look_up!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(session::listed(tx, ctx.site().id, now).await?) })?;
    Ok(Catalogue { sessions: sessions.iter().map(|s| card(s, now, ctx.lang())).collect() })
}

/// A session's invitation.
///
/// # Errors
/// `NotFound` for what does not exist, is a draft, or is for signed-in people only.
pub async fn details(ctx: &Ctx, slug: &str) -> Result<SessionDetails, Failure> {
    let now = ctx.app.clock.now();
    let found = look_up!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(session::find_by_slug(tx, ctx.site().id, slug).await?) })?;
    let session = find_visible(ctx, found)?;
    let others = match session.seats_left() {
        0 => look_up!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(session::listed(tx, ctx.site().id, now).await?) })?,
        _ => vec![],
    };
    describe(ctx, &session, &others)
}

/// A session's registration form.
///
/// # Errors
/// `NotFound` as for its invitation.
pub async fn registration_form(ctx: &Ctx, slug: &str) -> Result<RegisterDetails, Failure> {
    let now = ctx.app.clock.now();
    let (session, questions, others) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let session = find_visible(ctx, session::find_by_slug(tx, ctx.site().id, slug).await?)?;
        let others = if session.seats_left() == 0 { session::listed(tx, ctx.site().id, now).await? } else { vec![] };
        let questions = session::questions(tx, session.id).await?;
        Ok((session, questions, others))
    })?;
    Ok(RegisterDetails {
        questions: questions
            .into_iter()
            .map(|q| Question {
                id: q.id.to_string(),
                label: q.label,
                kind: q.kind,
                required: q.required,
                options: q.options.lines().map(str::to_owned).collect(),
            })
            .collect(),
        needs_password: session.registration_password.is_some(),
        price: price_fee(session.fee, None, ctx.site().tax.as_ref())?,
        session: describe(ctx, &session, &others)?,
    })
}

fn find_visible(ctx: &Ctx, session: Option<Session>) -> Result<Session, Failure> {
    let session = session.ok_or(Failure::NotFound)?;
    let is_published = match session.status {
        SessionStatus::Draft => false,
        SessionStatus::Scheduled | SessionStatus::Live | SessionStatus::Ended | SessionStatus::Cancelled => true,
    };
    let is_for_them = match session.listing {
        Listing::All | Listing::Unlisted => true,
        Listing::Authorised => ctx.caller.person.is_some(),
    };
    if is_published && is_for_them { Ok(session) } else { Err(Failure::NotFound) }
}

fn describe(ctx: &Ctx, session: &Session, others: &[Session]) -> Result<SessionDetails, Failure> {
    let (site, now, lang) = (ctx.site(), ctx.app.clock.now(), ctx.lang());
    Ok(SessionDetails {
        card: card(session, now, lang),
        description_html: paragraphs(&session.description),
        host_name: session.host_name.clone(),
        seats_left: session.seats_left(),
        capacity: session.capacity,
        sellable: session.is_sellable(now),
        registration_required: session.require_registration,
        tax_line: site.tax.as_ref().filter(|_| !session.fee.is_zero()).map(|tax| tax_line(tax, lang)),
        total_from: price_fee(session.fee, None, site.tax.as_ref())?.total,
        other_dates: others
            .iter()
            .filter(|other| other.id != session.id && other.seats_left() > 0)
            .take(OTHERS_MAX)
            .map(|other| card(other, now, lang))
            .collect(),
        refund_policy: site.refund_policy.clone(),
        seller: site.seller.clone(),
    })
}

/// "VAT 19 % included" or "plus VAT 19 %".
pub fn tax_line(tax: &Tax, lang: Lang) -> String {
    let rate = tax.rate.number(lang);
    match tax.mode {
        TaxMode::Included => checkout::tax_included(lang, &tax.name, &rate),
        TaxMode::Added => checkout::tax_added(lang, &tax.name, &rate),
    }
}

fn summary(description: &str) -> String {
    let first = description.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    if first.chars().count() <= SUMMARY_MAX {
        return first;
    }
    let cut: String = first.chars().take(SUMMARY_MAX).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", whole_words.trim_end_matches([',', ';', '.', ' ']))
}

/// Plain text as escaped HTML: blank lines separate paragraphs, line breaks stay.
fn paragraphs(text: &str) -> String {
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| format!("<p>{}</p>", escape(paragraph).replace('\n', "<br>")))
        .collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_become_escaped_paragraphs() {
        assert_eq!(paragraphs("One <b>\ntwo\n\n\n\nThree & four"), "<p>One &lt;b&gt;<br>two</p><p>Three &amp; four</p>");
    }

    #[test]
    fn summaries_end_at_a_word() {
        let long = "word ".repeat(60);
        let short = summary(&long);
        assert!(short.ends_with("word…") && short.chars().count() <= SUMMARY_MAX + 1);
        assert_eq!(summary("Short.\n\nMore."), "Short.");
    }
}
