//! Refunds on an order's page: what went back, what can be, and what a person must find out.

use leptos::prelude::*;

use crate::{
    api::admin::{NoticeLine, ProposalLine, RefundLine, Refundable},
    app::{
        components::{
            Chip, Choice, DataTable, Field, LedgerKind, LedgerLine, Look, Need, PostForm, Section, Select, Size, SubmitButton, Tone,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{
        money::{Currency, Money},
        refund::{RefundReason, RefundState},
        text::Lang,
    },
    texts::{admin, problems::say_decline, refunds as texts},
};

/// The form, when something is left; the sums and the list, when something went back.
#[component]
pub(super) fn Refunds(
    order: String,
    total: Money,
    refunded: Money,
    refundable: Option<Refundable>,
    refunds: Vec<RefundLine>,
) -> impl IntoView {
    let lang = use_lang();
    if refunds.is_empty() && refundable.is_none() {
        return ().into_any();
    }
    let settle = refunds
        .iter()
        .filter(|line| line.state == RefundState::NeedsPerson)
        .map(|line| view! { <SettleRefund order=order.clone() line=line.clone()/> })
        .collect_view();
    let left = refundable.as_ref().map_or_else(|| Money::zero(total.currency()), |refundable| refundable.left);
    let list = (!refunds.is_empty()).then(|| view! { <RefundTable refunds=refunds/> });
    view! {
        {settle}
        <section id="refunds" data-field="refunds">
            <Section title=texts::refunds(lang)>
                <dl class="ledger ledger--narrow">
                    <LedgerLine label=texts::paid_sum(lang) amount=total field="paid"/>
                    <LedgerLine label=texts::refunded_so_far(lang) amount=refunded.negated() field="refunded" kind=LedgerKind::Saving/>
                    <LedgerLine label=texts::left_to_refund(lang) amount=left field="left" kind=LedgerKind::Total/>
                </dl>
                {list}
                {refundable.map(|refundable| view! { <RefundForm order=order refundable=refundable/> })}
            </Section>
        </section>
    }
    .into_any()
}

/// What the button says: the amount typed, or what there is to type.
fn read(text: &str, currency: Currency) -> Option<Money> {
    Money::parse(text, currency).ok().filter(|amount| !amount.is_zero() && !amount.is_negative())
}

#[component]
fn RefundForm(order: String, refundable: Refundable) -> impl IntoView {
    let lang = use_lang();
    let posted = use_form_state();
    let currency = refundable.left.currency();
    let all = refundable.left.number(lang);
    let amount = RwSignal::new(posted.value_or("amount", || all.clone()));
    let named = move || read(&amount.get(), currency);
    let label =
        move || named().map_or_else(|| texts::refund_the_amount(lang).to_owned(), |amount| texts::refund_amount(lang, &amount.show(lang)));
    // What the pressed button named; a typed amount that no button named is asked about again.
    let confirmed = move || named().map(Money::plain).unwrap_or_default();
    let mut reasons = vec![Choice::new("", texts::reason_choose(lang))];
    reasons.extend(RefundReason::CHOICES.map(|reason| Choice::new(reason.code(), texts::say_reason(lang, reason))));
    let how_long = if refundable.processor == "offline" {
        texts::how_long_by_hand(lang).to_owned()
    } else {
        texts::how_long(lang, &admin::who(lang, &refundable.processor))
    };
    view! {
        <PostForm action=routes::admin_order(&order)>
            <input type="hidden" name="refund_key" value=refundable.key/>
            <input type="hidden" name="payment" value=refundable.payment.to_string()/>
            <input type="hidden" name="left" value=refundable.left.minor().to_string()/>
            <input type="hidden" name="confirmed" value=confirmed/>
            <Field
                name="amount" label=texts::amount(lang) hint=texts::amount_hint(lang, &refundable.left.show(lang)) value=all
                after=currency.code() inputmode="decimal" autocomplete="off" size=Size::Medium bind=amount
            />
            <Select name="reason" label=texts::reason(lang) options=reasons/>
            <Field name="note" label=texts::note(lang) hint=texts::note_hint(lang) need=Need::Optional maxlength=200 autocomplete="off"/>
            <p class="small quiet">{how_long}</p>
            <SubmitButton look=Look::Danger name="action" value="refund">{label}</SubmitButton>
        </PostForm>
    }
}

fn tone(state: RefundState) -> Tone {
    match state {
        RefundState::Done => Tone::Good,
        RefundState::Failed => Tone::Bad,
        RefundState::Unknown | RefundState::NeedsPerson => Tone::Warn,
        RefundState::Prepared | RefundState::Pending => Tone::Info,
    }
}

/// What is behind a state: the reference, or why it failed.
fn behind(lang: Lang, line: &RefundLine) -> String {
    match line.state {
        RefundState::Failed => match line.decline {
            Some(class) => format!("{} {} ({})", texts::failed_free(lang), say_decline(lang, class), line.detail),
            None => format!("{} ({})", texts::failed_free(lang), line.detail),
        },
        RefundState::Done => line.reference.clone().unwrap_or_default(),
        RefundState::Prepared | RefundState::Unknown | RefundState::Pending | RefundState::NeedsPerson => {
            format!("{} · {}", line.our_ref, line.detail).trim_end_matches([' ', '·']).to_owned()
        }
    }
}

#[component]
fn RefundTable(refunds: Vec<RefundLine>) -> impl IntoView {
    let lang = use_lang();
    let rows = refunds
        .into_iter()
        .map(|line| {
            let why = if line.note.is_empty() {
                texts::say_reason(lang, line.reason).to_owned()
            } else {
                format!("{}: {}", texts::say_reason(lang, line.reason), line.note)
            };
            let behind = behind(lang, &line);
            view! {
                <tr data-refund=line.state.code()>
                    <th scope="row" class="num">{line.amount.show(lang)}</th>
                    <td><Chip tone=tone(line.state) label=texts::say_state(lang, line.state)/></td>
                    <td class="small">{line.ended_at.unwrap_or(line.at)}</td>
                    <td class="small">{why}</td>
                    <td class="small quiet breakable">{behind}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::refunds(lang) dense=true>
            <thead>
                <tr>
                    <th scope="col" class="num">{texts::col_refund(lang)}</th>
                    <th scope="col">{admin::col_state(lang)}</th>
                    <th scope="col">{admin::col_when(lang)}</th>
                    <th scope="col">{texts::reason(lang)}</th>
                    <th scope="col">{admin::col_detail(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}

/// A refund that nobody could settle: a person says how it ended.
#[component]
fn SettleRefund(order: String, line: RefundLine) -> impl IntoView {
    let lang = use_lang();
    let id = line.id.to_string();
    let form = match line.proposal.clone() {
        Some(proposal) => view! { <Proposed order=order proposal=proposal/> }.into_any(),
        None => view! {
            <PostForm action=routes::admin_order(&order)>
                <input type="hidden" name="refund" value=id.clone()/>
                <Field name=format!("reference-{id}") label=texts::settle_reference(lang) maxlength=64 autocomplete="off"/>
                <div class="cluster">
                    <SubmitButton name="action" value="returned">{texts::it_was_returned(lang)}</SubmitButton>
                    <SubmitButton look=Look::Danger name="action" value="not_returned">{texts::it_was_not_returned(lang)}</SubmitButton>
                </div>
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <div class="card card--lit stack" data-settle="refund">
            <h2 class="section__title">{texts::settle_title(lang, &line.amount.show(lang))}</h2>
            <p>{texts::settle_text(lang)}</p>
            <p class="small quiet breakable">{behind(lang, &line)}</p>
            {form}
        </div>
    }
}

/// What one administrator said: another confirms it, or anyone withdraws it.
#[component]
pub(super) fn Proposed(order: String, proposal: ProposalLine) -> impl IntoView {
    let lang = use_lang();
    let said = if proposal.moved {
        texts::proposed_moved(lang, &proposal.by, &proposal.at, &proposal.reference)
    } else {
        texts::proposed_not_moved(lang, &proposal.by, &proposal.at)
    };
    let next = if proposal.mine { texts::proposed_mine(lang) } else { texts::proposed_confirm(lang) };
    let confirm = (!proposal.mine).then(|| view! { <SubmitButton name="action" value="confirm">{texts::confirm(lang)}</SubmitButton> });
    view! {
        <div class="stack" data-field="proposal">
            <p>{said}</p>
            <p class="quiet">{next}</p>
            <PostForm action=routes::admin_order(&order)>
                <input type="hidden" name="proposal" value=proposal.id.to_string()/>
                <div class="cluster">
                    {confirm}
                    <SubmitButton look=Look::Quiet name="action" value="withdraw">{texts::withdraw(lang)}</SubmitButton>
                </div>
            </PostForm>
        </div>
    }
}

/// What a processor sent by itself about a payment, as evidence.
#[component]
pub(super) fn Notices(notices: Vec<NoticeLine>) -> impl IntoView {
    let lang = use_lang();
    (!notices.is_empty()).then(|| {
        let lines = notices
            .into_iter()
            .map(|notice| {
                let fate = match notice.state.as_str() {
                    "handled" => texts::notice_handled(lang).to_owned(),
                    "parked" => texts::notice_refused(lang, notice.reason.as_deref().unwrap_or_default()),
                    _ => texts::notice_received(lang).to_owned(),
                };
                view! { <li class="small breakable">{notice.at} " · " {notice.kind} " · " {fate}</li> }
            })
            .collect_view();
        view! { <h3 class="small">{texts::notices(lang)}</h3> <ul data-field="notices">{lines}</ul> }
    })
}
