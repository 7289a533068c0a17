//! The catalogue: what can be attended, day by day.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::catalogue::{Catalogue, SeatsLeft, SessionCard, list_sessions},
    app::{
        components::{Chip, Empty, Glyph, Icon, LinkButton, Loaded, LocalTime, Look, Money, Page, PageHeading, StatusChip, Tone},
        routes,
        viewer::use_lang,
    },
    domain::{session::SessionStatus, text::Lang},
    texts::{catalogue as texts, common, plurals},
};

/// `/`, with `?q=` to search.
#[component]
pub fn CataloguePage() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| query.read().get("q").map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()));
    let sessions = Resource::new(|| (), |()| list_sessions());
    view! { <Loaded data=sessions view=move |found: Catalogue| view! { <Listing found=found search=search/> }.into_any()/> }
}

#[component]
fn Listing(found: Catalogue, search: Memo<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let found = StoredValue::new(found.sessions);
    let list = move || {
        let wanted = search.get();
        let sessions = found.with_value(|all| matching(all, wanted.as_deref()));
        let count = plurals::sessions(lang, sessions.len() as u64);
        let remark = wanted.as_deref().map(|text| {
            view! {
                <p class="catalogue__found" role="status">
                    {texts::found_for(lang, &count, text)} " · " <a href=routes::CATALOGUE>{texts::show_all(lang)}</a>
                </p>
            }
        });
        let list = if sessions.is_empty() {
            view! { <Nothing searched=wanted.is_some()/> }.into_any()
        } else {
            days(sessions).into_iter().map(|(day, sessions)| view! { <Day day=day sessions=sessions/> }).collect_view().into_any()
        };
        view! { {remark} <div class="catalogue">{list}</div> }
    };
    view! {
        <Page title=texts::title(lang)>
            <PageHeading text=texts::title(lang) lead=texts::lead(lang)/>
            <SearchForm search=search.get_untracked().unwrap_or_default()/>
            {list}
        </Page>
    }
}

#[component]
fn Nothing(searched: bool) -> impl IntoView {
    let lang = use_lang();
    if searched {
        view! {
            <Empty sentence=texts::nothing_found(lang) icon=Glyph::Search>
                <LinkButton href=routes::CATALOGUE look=Look::Quiet>{texts::show_all(lang)}</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Empty sentence=texts::empty(lang)><a href=routes::HELP>{common::help(lang)}</a></Empty> }.into_any()
    }
}

/// The sessions that have every word of the search in their topic or summary.
fn matching(all: &[SessionCard], search: Option<&str>) -> Vec<SessionCard> {
    let words: Vec<String> = search.map(|text| plain(text).split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
    let has_all = |card: &&SessionCard| {
        let text = plain(&format!("{} {}", card.topic, card.summary));
        words.iter().all(|word| text.contains(word.as_str()))
    };
    all.iter().filter(has_all).cloned().collect()
}

/// Lower case without the marks of Romanian and its neighbours' letters: "tarnaveni" finds Târnăveni (ux.md U-166).
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        'ă' | 'â' | 'á' | 'à' | 'ä' | 'å' | 'ã' => 'a',
        'î' | 'í' | 'ì' | 'ï' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ű' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(letter).collect()
}

/// Consecutive sessions of one day, under that day's name.
fn days(sessions: Vec<SessionCard>) -> Vec<(String, Vec<SessionCard>)> {
    let mut days: Vec<(String, Vec<SessionCard>)> = Vec::new();
    let mut last_key = String::new();
    for session in sessions {
        let key = session.when.day_key.clone();
        match days.last_mut() {
            Some((_, list)) if key == last_key => list.push(session),
            Some(_) | None => days.push((session.when.day.clone(), vec![session])),
        }
        last_key = key;
    }
    days
}

#[component]
fn SearchForm(search: String) -> impl IntoView {
    let lang = use_lang();
    view! {
        <form method="get" action=routes::CATALOGUE role="search" class="catalogue__search no-print">
            <label class="visually-hidden" for="search">{texts::search_label(lang)}</label>
            <input id="search" class="control" type="search" name="q" value=search placeholder=texts::search_label(lang) maxlength="80"/>
            <button type="submit" class="button"><Icon icon=Glyph::Search/> {common::search(lang)}</button>
        </form>
    }
}

#[component]
fn Day(day: String, sessions: Vec<SessionCard>) -> impl IntoView {
    let cards = sessions.into_iter().map(|card| view! { <li><Card card=card/></li> }).collect_view();
    view! {
        <section class="day">
            <h2 class="day__name">{day}</h2>
            <ul class="day__list">{cards}</ul>
        </section>
    }
}

/// One session: the whole card leads to its page.
#[component]
pub fn Card(
    /// What is shown.
    card: SessionCard,
) -> impl IntoView {
    let lang = use_lang();
    let foreign = card.language.clone().filter(|tag| Lang::from_tag(tag) != Some(lang));
    let badge = foreign.map(|tag| view! { <Chip label=language_name(&tag)/> });
    let status = matches!(card.status, SessionStatus::Live | SessionStatus::Cancelled).then(|| view! { <StatusChip status=card.status/> });
    view! {
        <article class="session-card">
            <div class="session-card__time">
                <time datetime=card.when.starts_iso.clone()>{card.when.time_line}</time>
                <LocalTime iso=card.when.starts_iso zone=card.when.zone/>
            </div>
            <div class="session-card__body">
                <h3 class="session-card__topic" lang=card.language.clone()><a href=routes::session(&card.slug)>{card.topic}</a></h3>
                <p class="session-card__summary" lang=card.language>{card.summary}</p>
                <p class="cluster small"><SeatsChip seats=card.seats/> {status} {badge}</p>
            </div>
            <p class="session-card__fee">
                {if card.fee.is_zero() { common::free(lang).into_any() } else { view! { <Money amount=card.fee/> }.into_any() }}
            </p>
        </article>
    }
}

/// Seats left, in words.
#[component]
pub fn SeatsChip(
    /// How many.
    seats: SeatsLeft,
) -> impl IntoView {
    let lang = use_lang();
    let (tone, label) = match seats {
        SeatsLeft::Plenty => (Tone::Good, texts::seats_plenty(lang).to_owned()),
        SeatsLeft::Few(count) => (Tone::Warn, texts::say_seats_left(lang, count)),
        SeatsLeft::SoldOut => (Tone::Bad, texts::sold_out(lang).to_owned()),
        SeatsLeft::Closed => (Tone::Info, texts::closed(lang).to_owned()),
    };
    view! { <Chip tone=tone label=label/> }
}

/// A language's own name where we know it, else its tag.
pub fn language_name(tag: &str) -> String {
    let known = match tag.split('-').next().unwrap_or(tag) {
        "en" => "English",
        "ro" => "Română",
        "fr" => "Français",
        "de" => "Deutsch",
        "hu" => "Magyar",
        "es" => "Español",
        "it" => "Italiano",
        "ja" => "日本語",
        _ => return tag.to_uppercase(),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn searching_ignores_case_and_diacritics() {
        assert!(plain("Negociere la Târnăveni").contains(&plain("TARNAVENI")));
        assert_eq!(plain("Ședință"), "sedinta");
    }
}
