//! Prices per minute with their history.

use leptos::prelude::*;

use super::{
    frame::{AdminFrame, SavedNotice},
    settings::SetupRefusal,
};
use crate::{
    api::admin::{RateLine, RatesSheet, get_rates},
    app::{
        components::{
            Chip, DataTable, Empty, ErrorSummary, Field, Glyph, LinkButton, Loaded, Look, Page, PageHeading, PostForm, Size, SubmitButton,
            Tone, Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::money::Currency,
    texts::admin as texts,
};

/// `/admin/rates`.
#[component]
pub fn RatesPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_rates());
    view! { <Loaded data=data width=Width::Wide view=|page: RatesSheet| view! { <Rates page=page/> }.into_any()/> }
}

#[component]
fn Rates(page: RatesSheet) -> impl IntoView {
    let lang = use_lang();
    let labels: Vec<(&str, String)> =
        vec![("people", texts::rate_people(lang).into()), ("teleconference", texts::rate_teleconference(lang).into())];
    let current = page.cards.first().map(|card| (card.people.to_string(), card.teleconference.to_string())).unwrap_or_default();
    let form = match page.currency {
        Some(currency) => view! { <RatesForm currency=currency current=current/> }.into_any(),
        None => view! {
            <Empty sentence=texts::rates_no_currency(lang) icon=Glyph::Settings>
                <LinkButton href=routes::ADMIN_SETTINGS look=Look::Quiet>{texts::settings(lang)}</LinkButton>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <AdminFrame>
            <Page title=texts::rates(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=texts::rates(lang) lead=texts::rates_lead(lang)/>
                    <ErrorSummary labels=labels/>
                    <SetupRefusal/>
                    <SavedNotice/>
                    {form}
                    <History cards=page.cards/>
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn RatesForm(currency: Currency, current: (String, String)) -> impl IntoView {
    let lang = use_lang();
    let (people, teleconference) = current;
    view! {
        <PostForm action=routes::ADMIN_RATES class="card stack narrow">
            <div class="columns">
                <Field name="people" label=texts::rate_people(lang) after=currency.code() inputmode="decimal" size=Size::Short value=people maxlength=12/>
                <Field name="teleconference" label=texts::rate_teleconference(lang) after=currency.code() inputmode="decimal" size=Size::Short
                    value=teleconference maxlength=12/>
            </div>
            <div class="cluster"><SubmitButton>{texts::rates_set(lang)}</SubmitButton></div>
        </PostForm>
    }
}

#[component]
fn History(cards: Vec<RateLine>) -> impl IntoView {
    let lang = use_lang();
    if cards.is_empty() {
        return view! { <Empty sentence=texts::rates_none(lang) icon=Glyph::Clock/> }.into_any();
    }
    let rows = cards
        .into_iter()
        .enumerate()
        .map(|(i, card)| {
            view! {
                <tr>
                    <th scope="row">{card.version} {(i == 0).then(|| view! { " " <Chip tone=Tone::Good label=texts::in_force(lang)/> })}</th>
                    <td class="num">{card.people.to_string()}</td>
                    <td class="num">{card.teleconference.to_string()}</td>
                    <td>{card.currency.code()}</td>
                    <td class="small">{card.from}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::rates_history(lang)>
            <thead>
                <tr>
                    <th scope="col">{texts::col_version(lang)}</th>
                    <th scope="col" class="num">{texts::rate_people(lang)}</th>
                    <th scope="col" class="num">{texts::rate_teleconference(lang)}</th>
                    <th scope="col">{texts::currency(lang)}</th>
                    <th scope="col">{texts::col_valid_from(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
