//! An order's own page: the confirmation, the ticket, the receipt, and what can still be done.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::checkout::say_tax;
use crate::{
    api::checkout::{OrderDetails as Data, OrderLook, Waiting, get_order, get_order_state},
    app::{
        components::{
            Disclosure, ErrorSummary, Glyph, Icon, LedgerKind, LedgerLine, LinkButton, Loaded, LocalTime, Look, Notice, Page, PageHeading,
            PostForm, RefusalNotice, SubmitButton, Tone, Width, announcer,
        },
        routes,
        viewer::use_lang,
    },
    domain::{order::OrderKind, text::Lang},
    texts::{
        order as texts,
        problems::{decline_title, say_decline, say_returned},
        refunds,
    },
};

/// How often a page that waits looks again.
const POLL: Duration = Duration::from_secs(3);

/// `/order/{order}` and the path of its form.
#[component]
pub fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let order = Memo::new(move |_| params.read().get("order").unwrap_or_default());
    let data = Resource::new(move || order.get(), get_order);
    view! {
        <Loaded data=data width=Width::Checkout view=move |page: Data| view! { <Order page=page changed=Callback::new(move |()| data.refetch())/> }.into_any()/>
    }
}

/// Title, first sentence, tone and icon of a state.
fn words(lang: Lang, page: &Data) -> (&'static str, String, Tone) {
    let usage = page.kind == OrderKind::Usage;
    match page.state {
        OrderLook::Paid if usage => (texts::title_paid_usage(lang), texts::text_paid_usage(lang).into(), Tone::Good),
        OrderLook::Paid => (texts::title_paid(lang), texts::text_paid(lang, &page.email), Tone::Good),
        OrderLook::Checking => match &page.waiting {
            Some(Waiting::Approval { .. }) => (texts::title_approval(lang), texts::approval_text(lang).into(), Tone::Info),
            Some(Waiting::Transfer { .. }) => (texts::title_transfer(lang), texts::text_checking_invoice(lang).into(), Tone::Info),
            None => (texts::title_checking(lang), texts::text_checking(lang).into(), Tone::Info),
        },
        OrderLook::Held if usage => (texts::title_held_usage(lang), texts::text_failed_final(lang).into(), Tone::Warn),
        OrderLook::Held => (texts::title_held(lang), texts::text_held(lang).into(), Tone::Warn),
        OrderLook::Failed if page.returned.is_some() => (texts::title_returned(lang), texts::text_returned(lang).into(), Tone::Warn),
        OrderLook::Failed if page.can_pay && !usage => (texts::title_failed(lang), texts::text_failed(lang).into(), Tone::Bad),
        OrderLook::Failed => (texts::title_failed(lang), texts::text_failed_final(lang).into(), Tone::Bad),
        OrderLook::Expired => (texts::title_expired(lang), texts::text_expired(lang).into(), Tone::Warn),
        OrderLook::Cancelled => (texts::title_cancelled(lang), texts::text_cancelled(lang).into(), Tone::Warn),
        OrderLook::Refunded => (texts::title_refunded(lang), texts::text_refunded(lang).into(), Tone::Info),
    }
}

#[component]
fn Order(page: Data, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let (title, lead, tone) = words(lang, &page);
    let checking = page.state == OrderLook::Checking;
    let glyph = match tone {
        Tone::Good => Glyph::Good,
        Tone::Info if checking => Glyph::Clock,
        Tone::Info | Tone::Warn => Glyph::Info,
        Tone::Bad => Glyph::Bad,
    };
    if checking {
        watch(page.link.clone(), changed);
    }
    let tone = match tone {
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
        Tone::Info => "info",
    };
    view! {
        // For who has no scripts; who has, is polled and never loses the place on the page.
        {checking.then(|| view! { <Reload/> })}
        <Page title=title.to_owned() width=Width::Checkout state=page.state.code()>
            <div class=format!("verdict verdict--{tone}")>
                <Icon icon=glyph large=true/>
                <PageHeading text=title.to_owned() lead=lead/>
            </div>
            <ErrorSummary/>
            <RefusalNotice/>
            {page.waiting.clone().map(|waiting| view! { <ForBuyer order=page.link.clone() waiting=waiting/> })}
            {page.decline.map(|class| view! { <Notice tone=Tone::Bad title=decline_title(lang)><p>{say_decline(lang, class)}</p></Notice> })}
            {page.returned.map(|card| {
                view! { <Notice tone=Tone::Warn><p data-field="returned">{say_returned(lang, card.funding, &card.amount.show(lang))}</p></Notice> }
            })}
            <Next page=page.clone() changed=changed/>
            <div class="beside order">
                <Ticket page=page.clone()/>
                <aside class="beside__side stack">
                    <Bill page=page.clone()/>
                    <MoneyBack page=page.clone()/>
                </aside>
            </div>
            <Troubles page=page/>
        </Page>
    }
}

/// What only the buyer can do: finish on the processor's page, or make the transfer.
#[component]
fn ForBuyer(order: String, waiting: Waiting) -> impl IntoView {
    let lang = use_lang();
    match waiting {
        Waiting::Approval { url } => view! {
            <Notice tone=Tone::Info title=texts::approval_title(lang)>
                <div class="cluster">
                    <LinkButton href=url rel="external">{texts::approval_go_on(lang)}</LinkButton>
                    <PostForm action=routes::checkout_leave(&order)>
                        <SubmitButton look=Look::Quiet>{texts::approval_leave(lang)}</SubmitButton>
                    </PostForm>
                </div>
            </Notice>
        }
        .into_any(),
        Waiting::Transfer { instructions, reference, until } => view! {
            <Notice tone=Tone::Info title=texts::transfer_title(lang)>
                <p class="keep-lines">{instructions}</p>
                <p>{texts::transfer_reference(lang)} " " <strong data-field="transfer_reference">{reference}</strong></p>
                <p>{texts::transfer_until(lang, &until)}</p>
                <PostForm action=routes::checkout_leave(&order)>
                    <SubmitButton look=Look::Quiet>{texts::approval_leave(lang)}</SubmitButton>
                </PostForm>
            </Notice>
        }
        .into_any(),
    }
}

/// Reloads the page every five seconds where no script does better: the browser's half removes it when it takes over.
#[component]
fn Reload() -> impl IntoView {
    let has_script = RwSignal::new(false);
    Effect::new(move |_| has_script.set(true));
    view! { <noscript><meta http-equiv="refresh" content="5"/></noscript> }
}

/// Asks every three seconds until the state changes, then loads the page's data anew.
fn watch(order: String, changed: Callback<()>) {
    let lang = use_lang();
    let say = announcer();
    Effect::new(move |_| {
        let order = order.clone();
        let look = move || {
            let order = order.clone();
            leptos::task::spawn_local(async move {
                match get_order_state(order).await {
                    Ok(OrderLook::Checking) | Err(_) => {}
                    Ok(state) => {
                        say(if state == OrderLook::Paid { texts::now_paid(lang) } else { texts::state_changed(lang) }.to_owned());
                        changed.run(());
                    }
                }
            });
        };
        if let Ok(handle) = set_interval_with_handle(look, POLL) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// The next step, if there is one.
#[component]
fn Next(page: Data, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let pay = page.can_pay.then(|| {
        let label = if page.state == OrderLook::Failed { texts::try_again(lang) } else { texts::pay_now(lang) };
        view! { <LinkButton href=routes::checkout(&page.link)>{label}</LinkButton> }
    });
    let again = (page.kind == OrderKind::Fee && matches!(page.state, OrderLook::Expired | OrderLook::Cancelled))
        .then(|| view! { <LinkButton href=routes::register(&page.session.slug)>{texts::register_again(lang)}</LinkButton> });
    let join = page
        .join_path
        .clone()
        .map(|path| view! { <LinkButton href=path rel="external"><Icon icon=Glyph::Video/> {texts::join(lang)}</LinkButton> });
    // Works as a link without scripts; with them only the data is loaded anew.
    let check = (page.state == OrderLook::Checking && page.waiting.is_none()).then(|| {
        view! {
            <a class="button" href=routes::order(&page.link) on:click=move |event| { event.prevent_default(); changed.run(()) }>
                <Icon icon=Glyph::Again/> {texts::check_now(lang)}
            </a>
        }
    });
    let calendar = page.ics_path.clone().map(|path| view! { <Calendar page=page.clone() ics=path/> });
    view! { <div class="order__next cluster no-print">{pay} {again} {join} {check} {calendar}</div> }
}

/// One button with a menu: the file for any calendar, and two that live in the browser.
#[component]
fn Calendar(page: Data, ics: String) -> impl IntoView {
    let lang = use_lang();
    let (google, outlook) = calendar_links(&page);
    view! {
        <details class="menu">
            <summary class="button"><Icon icon=Glyph::Calendar/> {texts::calendar(lang)} <Icon icon=Glyph::Down/></summary>
            <ul class="menu__list">
                <li><a href=ics rel="external" download>{texts::calendar_file(lang)}</a></li>
                <li><a href=google rel="external noopener" target="_blank">{texts::calendar_google(lang)}</a></li>
                <li><a href=outlook rel="external noopener" target="_blank">{texts::calendar_outlook(lang)}</a></li>
            </ul>
        </details>
    }
}

/// Google's and Outlook's "new event" pages, filled in. They take no personal data: topic, time and nothing else.
fn calendar_links(page: &Data) -> (String, String) {
    let start = page.session.when.starts_iso.as_str();
    let end = plus_minutes(start, page.session.when.duration_minutes);
    let topic = routes::encode(&page.session.topic);
    let compact = |iso: &str| iso.chars().filter(|c| !matches!(c, '-' | ':')).collect::<String>();
    let google =
        format!("https://calendar.google.com/calendar/render?action=TEMPLATE&text={topic}&dates={}/{}", compact(start), compact(&end));
    let outlook = format!(
        "https://outlook.live.com/calendar/0/deeplink/compose?path=/calendar/action/compose&rru=addevent&subject={topic}&startdt={}&enddt={}",
        routes::encode(start),
        routes::encode(&end),
    );
    (google, outlook)
}

/// `minutes` after an instant written `YYYY-MM-DDTHH:MM:SSZ`; an instant in another form is answered unchanged.
fn plus_minutes(iso: &str, minutes: u32) -> String {
    let number = |range: std::ops::Range<usize>| iso.get(range).and_then(|text| text.parse::<i64>().ok());
    let parts = (number(0..4), number(5..7), number(8..10), number(11..13), number(14..16));
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute)) = parts else { return iso.to_owned() };
    let total = hour * 60 + minute + i64::from(minutes);
    let (mut year, mut month, mut day) = (year, month, day + total.div_euclid(1440));
    let days_in = |year: i64, month: i64| match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    while day > days_in(year, month) {
        day -= days_in(year, month);
        month += 1;
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    let rest = total.rem_euclid(1440);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:00Z", rest / 60, rest % 60)
}

/// What was bought, and what lets the participant in.
#[component]
fn Ticket(page: Data) -> impl IntoView {
    let lang = use_lang();
    let card = page.session;
    let waits_for_start = page.registration_id.is_some() && page.join_path.is_none();
    let fact = |label: &'static str, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    view! {
        <section class="ticket card">
            <h2 class="ticket__topic" lang=card.language.clone()><a href=routes::session(&card.slug)>{card.topic}</a></h2>
            <p class="ticket__when">
                <time datetime=card.when.starts_iso.clone()>{card.when.host_line}</time>
                <LocalTime iso=card.when.starts_iso zone=card.when.zone/>
            </p>
            {page.registration_id.map(|id| view! {
                <div class="ticket__id">
                    <p class="small quiet">{texts::registration_id(lang)}</p>
                    <p class="ticket__code"><code data-field="registration_id">{id}</code></p>
                    <p class="tiny quiet">{texts::registration_hint(lang)}</p>
                </div>
            })}
            {waits_for_start.then(|| view! { <p class="small quiet">{texts::join_later(lang)}</p> })}
            <dl class="facts">
                {fact(texts::participant(lang), page.participant_name)}
                {fact(texts::order_code(lang), page.reference)}
                {page.paid_at.map(|at| fact(texts::paid_at(lang), at))}
                {page.method_line.map(|line| fact(texts::paid_with(lang), line))}
                {fact(texts::seller(lang), page.seller)}
            </dl>
        </section>
    }
}

/// The amounts.
#[component]
fn Bill(page: Data) -> impl IntoView {
    let lang = use_lang();
    let price = page.price;
    let item = match page.kind {
        OrderKind::Fee => crate::texts::checkout::seat(lang),
        OrderKind::Usage => texts::usage(lang),
    };
    let promo = page.promo.map(|promo| crate::texts::checkout::promo_line(lang, &promo.code, &promo.label));
    let tax_words = page.tax.map(|tax| say_tax(lang, &tax)).unwrap_or_default();
    let heading = if page.state == OrderLook::Paid { texts::receipt(lang) } else { texts::bill(lang) };
    view! {
        <section class="card">
            <h2 class="card__title">{heading}</h2>
            <dl class="ledger">
                <LedgerLine label=item.to_owned() amount=price.fee field="fee"/>
                <LedgerLine
                    label=promo.unwrap_or_default() amount=price.discount field="discount" kind=LedgerKind::Saving
                    hidden=price.discount.is_zero()
                />
                <LedgerLine label=tax_words amount=price.tax field="tax" hidden=price.tax.is_zero()/>
                <LedgerLine label=crate::texts::checkout::total(lang).to_owned() amount=price.total field="total" kind=LedgerKind::Total/>
            </dl>
            {(page.state == OrderLook::Paid).then(|| view! { <p class="tiny quiet no-print">{texts::print_hint(lang)}</p> })}
        </section>
    }
}

/// What went back, or is on its way.
#[component]
fn MoneyBack(page: Data) -> impl IntoView {
    let lang = use_lang();
    (!page.refunds.is_empty()).then(|| {
        let lines = page
            .refunds
            .into_iter()
            .map(|refund| match refund.returned_at {
                Some(at) => view! { <li data-refund="done">{refunds::buyer_returned(lang, &refund.amount.show(lang), &at)}</li> }.into_any(),
                None => view! { <li data-refund="on_its_way">{refunds::buyer_on_its_way(lang, &refund.amount.show(lang))}</li> }.into_any(),
            })
            .collect_view();
        let remaining = page.remaining.map(|amount| {
            view! { <dl class="ledger"><LedgerLine label=refunds::buyer_remaining(lang) amount=amount field="remaining" kind=LedgerKind::Total/></dl> }
        });
        view! {
            <section class="card" data-field="refunds">
                <h2 class="card__title">{refunds::buyer_title(lang)}</h2>
                <ul>{lines}</ul>
                {remaining}
                <p class="tiny quiet">{refunds::buyer_banks(lang)}</p>
            </section>
        }
    })
}

/// Giving up the seat, and whom to ask.
#[component]
fn Troubles(page: Data) -> impl IntoView {
    let lang = use_lang();
    let text = match (page.state, page.returned) {
        (OrderLook::Paid, _) => texts::cancel_paid_text(lang),
        (_, Some(_)) => texts::cancel_returned_text(lang),
        (_, None) => texts::cancel_held_text(lang),
    };
    let cancel = page.can_cancel.then(|| {
        view! {
            <Disclosure label=texts::cancel(lang).to_owned()>
                <PostForm action=routes::order_cancel(&page.link) class="stack stack--tight">
                    <p>{text}</p>
                    <div><SubmitButton look=Look::Danger>{texts::cancel_button(lang)}</SubmitButton></div>
                </PostForm>
            </Disclosure>
        }
    });
    let ask = page.support_email.map(|email| view! {
        <p class="small quiet">
            {texts::help_title(lang)} " " {texts::help_write(lang)} " " <a href=format!("mailto:{email}") rel="external">{email.clone()}</a> " "
            {texts::help_quote(lang, &page.reference)}
        </p>
    });
    view! { <div class="order__troubles no-print">{cancel} {ask}</div> }
}

#[cfg(test)]
mod tests {
    use super::plus_minutes;

    #[test]
    fn an_end_may_fall_on_another_day_month_or_year() {
        for (start, minutes, end) in [
            ("2027-01-12T08:00:00Z", 90, "2027-01-12T09:30:00Z"),
            ("2028-02-28T23:30:00Z", 60, "2028-02-29T00:30:00Z"),
            ("2027-12-31T23:00:00Z", 120, "2028-01-01T01:00:00Z"),
        ] {
            assert_eq!(plus_minutes(start, minutes), end);
        }
    }
}
