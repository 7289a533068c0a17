//! The host's payment: the participant's payment form beside the estimate it pays.

use leptos::prelude::*;

use super::{Aim, HostArea, aim_in_query, estimate::StandingNotice, found, session_in_path, words};
use crate::{
    api::host::{EstimateSheet, UsagePayment, UsageStanding, get_usage_payment},
    app::{
        components::{
            ErrorSummary, LedgerKind, LedgerLine, LinkButton, Loaded, Look, Notice, Page, PageHeading, RefusalNotice, Tone, Width,
        },
        form_state::use_form_state,
        pages::checkout::{Live, PayForm, labels},
        routes,
        viewer::use_lang,
    },
    domain::form::Refusal,
    texts::host as texts,
};

/// `/host/sessions/{id}/pay`.
#[component]
pub fn PayPage() -> impl IntoView {
    let id = session_in_path();
    let aim = aim_in_query();
    let data = Resource::new(move || id.get(), |id| async move { get_usage_payment(found(id)?).await });
    view! {
        <HostArea>
            <Loaded data=data width=Width::Checkout view=move |page: UsagePayment| view! { <Payment page=page aim=aim.get_untracked()/> }.into_any()/>
        </HostArea>
    }
}

#[component]
fn Payment(page: UsagePayment, aim: Aim) -> impl IntoView {
    let lang = use_lang();
    let UsagePayment { sheet, checkout } = page;
    let refusal = use_form_state().refusal;
    let is_card_here = checkout.methods.iter().any(|choice| choice.card_here);
    let speaks_at_card = is_card_here && matches!(refusal, Some(Refusal::Declined(_)));
    let lead = match aim {
        Aim::Start | Aim::Either => texts::pay_lead_start(lang),
        Aim::Schedule => texts::pay_lead_schedule(lang),
    };
    let is_due = sheet.usage == UsageStanding::Due;
    let has_method = !checkout.methods.is_empty();
    let back = (format!("{}{}", routes::host_estimate(sheet.id), query_of(aim)), texts::back_to_estimate(lang).to_owned());
    let action = format!("{}{}", routes::host_pay(sheet.id), query_of(aim));
    let live = Live::new(&checkout);
    view! {
        <Page title=texts::pay_title(lang) width=Width::Checkout state=if is_due { "due" } else { "closed" }>
            <PageHeading text=texts::pay_title(lang) lead=lead back=back/>
            <ErrorSummary labels=labels(lang)/>
            <div class="beside checkout">
                <div class="checkout__form stack">
                    {(!speaks_at_card).then(|| view! { <RefusalNotice/> })}
                    {refusal.is_some().then(|| view! { <Notice tone=Tone::Info><p>{texts::saved_as_due(lang)}</p></Notice> })}
                    <StandingNotice sheet=sheet.clone()/>
                    {(is_due && !has_method).then(|| view! {
                        <Notice tone=Tone::Warn title=texts::no_method_title(lang)><p>{texts::no_method_text(lang)}</p></Notice>
                    })}
                    {(is_due && has_method).then(|| view! { <PayForm page=checkout live=live action=action/> })}
                    <p class="cluster">
                        <LinkButton href=routes::HOST look=Look::Quiet>{if is_due { texts::pay_later(lang) } else { texts::title(lang) }}</LinkButton>
                    </p>
                </div>
                <aside class="beside__side" aria-label=texts::estimate_title(lang)><Summary sheet=sheet/></aside>
            </div>
        </Page>
    }
}

fn query_of(aim: Aim) -> &'static str {
    match aim {
        Aim::Start => "?action=start",
        Aim::Schedule => "?action=schedule",
        Aim::Either => "",
    }
}

/// The estimate's lines, small.
#[component]
fn Summary(sheet: EstimateSheet) -> impl IntoView {
    let lang = use_lang();
    let estimate = sheet.estimate;
    let people = texts::people_rate_line(lang, &words::count(lang, estimate.people_minutes), &words::rate(lang, estimate.rates.people));
    let teleconference = texts::teleconference_rate_line(
        lang,
        &words::count(lang, estimate.teleconference_minutes),
        &words::rate(lang, estimate.rates.teleconference),
    );
    view! {
        <div class="card stack stack--tight">
            <div>
                <h2 class="card__title serif" lang=sheet.language>{sheet.topic}</h2>
                <p class="small" title=sheet.when.relative>{sheet.when.host_line}</p>
            </div>
            <dl class="ledger">
                <LedgerLine label=people amount=estimate.people_cost/>
                <LedgerLine label=teleconference amount=estimate.teleconference_cost/>
                <LedgerLine label=words::tax(lang, sheet.tax.as_ref()) amount=estimate.tax field="tax"/>
                <LedgerLine label=texts::total(lang) amount=estimate.total field="total" kind=LedgerKind::Total/>
            </dl>
            <p class="tiny quiet">{texts::valid_until(lang, &sheet.valid_until)}</p>
        </div>
    }
}
