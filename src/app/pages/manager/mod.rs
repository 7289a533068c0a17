//! `/manager`: which optional features each site may use.

use leptos::prelude::*;

use crate::{
    api::manager::{SiteLine, get_sites},
    app::{
        components::{
            Chip, DataTable, Empty, ErrorSummary, Glyph, Loaded, Look, Page, PageHeading, PostForm, RailLayout, RailLink, RefusalNotice,
            SubmitButton, Tone, Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::{
        feature::{Feature, Switch},
        ids::SiteId,
    },
    texts::{admin as words, manager as texts},
};

/// `/manager`, also shown by a refused post.
#[component]
pub fn ManagerPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_sites());
    let show = |sites: Vec<SiteLine>| view! { <Sites sites=sites/> }.into_any();
    view! { <Loaded data=data width=Width::Wide view=show/> }
}

#[component]
fn Sites(sites: Vec<SiteLine>) -> impl IntoView {
    let lang = use_lang();
    let links = vec![RailLink { href: routes::MANAGER.to_owned(), label: texts::title(lang).to_owned(), icon: Glyph::Building }];
    let is_empty = sites.is_empty();
    let cards = sites.into_iter().map(|site| view! { <SiteCard site=site/> }).collect_view();
    view! {
        <RailLayout label=texts::rail(lang) links=links>
            <Page title=texts::title(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=texts::title(lang) lead=texts::lead(lang)/>
                    <ErrorSummary labels=vec![("reason", texts::reason(lang).to_owned())]/>
                    <RefusalNotice/>
                    {if is_empty { view! { <Empty sentence=texts::none(lang) icon=Glyph::Building/> }.into_any() } else { cards.into_any() }}
                    <p class="quiet small">{texts::withdraw_note(lang)}</p>
                </div>
            </Page>
        </RailLayout>
    }
}

#[component]
fn SiteCard(site: SiteLine) -> impl IntoView {
    let lang = use_lang();
    let id = site.id;
    let features = site.features;
    let rows =
        Feature::ALL.into_iter().map(|feature| view! { <FeatureRow site=id feature=feature switch=features.of(feature)/> }).collect_view();
    view! {
        <section class="stack stack--tight" id=format!("site-{id}") data-site=site.host.clone()>
            <div class="between">
                <h2 class="section__title">{site.name.clone()}</h2>
                <span class="cluster small quiet">
                    <code>{site.host.clone()}</code>
                    {site.test_mode.then(|| view! { <Chip tone=Tone::Warn label=texts::test_mode(lang)/> })}
                </span>
            </div>
            <DataTable caption=texts::caption(lang, &site.name) caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_feature(lang)}</th>
                        <th scope="col">{texts::col_now(lang)}</th>
                        <th scope="col">{texts::col_change(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        </section>
    }
}

#[component]
fn FeatureRow(site: SiteId, feature: Feature, switch: Switch) -> impl IntoView {
    let lang = use_lang();
    let (tone, now, state) = match (switch.provisioned, switch.enabled) {
        (true, true) => (Tone::Good, texts::provisioned_enabled(lang), "enabled"),
        (true, false) => (Tone::Info, texts::provisioned(lang), "provisioned"),
        (false, _) => (Tone::Warn, texts::not_provisioned(lang), "off"),
    };
    view! {
        <tr data-feature=feature.code() data-state=state>
            <th scope="row">{words::feature(lang, feature)}</th>
            <td><Chip tone=tone label=now/></td>
            <td><Flip site=site feature=feature provisioned=switch.provisioned/></td>
        </tr>
    }
}

/// A switch with its reason. Every row has one, so the input is not a `Field`: its id names the row.
#[component]
fn Flip(site: SiteId, feature: Feature, provisioned: bool) -> impl IntoView {
    let lang = use_lang();
    let id = format!("reason-{site}-{}", feature.code());
    let (value, look, label) =
        if provisioned { ("0", Look::Small, texts::withdraw(lang)) } else { ("1", Look::Quiet, texts::provision(lang)) };
    view! {
        <PostForm action=routes::manager_features(&site.to_string()) class="flip">
            <input type="hidden" name="feature" value=feature.code()/>
            <label class="visually-hidden" for=id.clone()>{texts::reason(lang)}</label>
            <input class="control" id=id type="text" name="reason" maxlength="200" placeholder=texts::reason(lang)/>
            <SubmitButton look=look name="provisioned" value=value>{label} <span class="visually-hidden">" " {words::feature(lang, feature)}</span></SubmitButton>
        </PostForm>
    }
}
