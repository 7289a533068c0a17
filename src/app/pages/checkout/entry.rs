//! The page where a card is typed into a form that the browser sends straight to the gateway. Works with scripts off; with them,
//! digits are put into the shape that the gateway wants.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_params_map;

use super::{card::accepted, live::Live, summary};
use crate::{
    api::checkout::{CardDetails, CardStanding, CardTarget, CheckoutDetails, get_card_page},
    app::{
        components::{
            Checks, Field, Glyph, Icon, LedgerKind, LedgerLine, LinkButton, Loaded, Look, Notice, Page, PageHeading, PostForm, Size, Steps,
            SubmitButton, Tone, Width,
        },
        routes,
        viewer::{use_lang, use_viewer},
    },
    domain::{
        card::{Brand, Expiry, digits_of, parse_code, parse_number},
        form::Problem,
        order::OrderKind,
        payment::Method,
    },
    texts::{checkout as texts, session},
};

/// `/checkout/{order}/card/{attempt}`.
#[component]
pub fn CardPage() -> impl IntoView {
    let params = use_params_map();
    let order = Memo::new(move |_| params.read().get("order").unwrap_or_default());
    let attempt = Memo::new(move |_| params.read().get("attempt").unwrap_or_default());
    let data = Resource::new(move || (order.get(), attempt.get()), |(order, attempt)| get_card_page(order, attempt));
    view! { <Loaded data=data width=Width::Checkout view=move |page: CardDetails| view! { <Entry page=page/> }.into_any()/> }
}

#[component]
fn Entry(page: CardDetails) -> impl IntoView {
    let lang = use_lang();
    let CardDetails { checkout, kind, attempt, standing, until } = page;
    let back = routes::checkout_back(&checkout.link, &attempt);
    let steps = (kind == OrderKind::Fee).then(|| {
        let steps = vec![session::step_register(lang).into(), session::step_pay(lang).into(), session::step_confirm(lang).into()];
        view! { <Steps label=session::steps(lang) steps=steps current=1/> }
    });
    let state = match &standing {
        CardStanding::Open(_) => "open",
        CardStanding::Over => "over",
        CardStanding::Closed => "closed",
    };
    let lead = match (&standing, kind) {
        (CardStanding::Open(_), OrderKind::Fee) => texts::card_entry_until(lang, &until),
        (CardStanding::Open(_), OrderKind::Usage) => texts::card_entry_until_usage(lang, &until),
        (CardStanding::Over | CardStanding::Closed, _) => String::new(),
    };
    let main = match standing {
        CardStanding::Open(target) => view! { <CardForm target=target checkout=checkout.clone() back=back/> }.into_any(),
        CardStanding::Over => view! {
            <Notice tone=Tone::Warn title=texts::card_entry_over_title(lang)><p>{texts::card_entry_over_text(lang)}</p></Notice>
            <p class="cluster"><LinkButton href=back rel="external">{texts::card_entry_over_go_on(lang)}</LinkButton></p>
        }
        .into_any(),
        CardStanding::Closed => view! {
            <Notice tone=Tone::Info title=texts::card_entry_closed_title(lang)><p>{texts::card_entry_closed_text(lang)}</p></Notice>
            <p class="cluster"><LinkButton href=routes::order(&checkout.link)>{texts::go_to_order(lang)}</LinkButton></p>
        }
        .into_any(),
    };
    view! {
        <Page title=texts::card_entry_title(lang).to_owned() width=Width::Checkout state=state>
            {steps}
            <PageHeading text=texts::card_entry_title(lang).to_owned() lead=lead/>
            <div class="beside checkout">
                <div class="checkout__form stack">{main}</div>
                <aside class="beside__side checkout__side" aria-label=texts::summary(lang)><What checkout=checkout kind=kind/></aside>
            </div>
        </Page>
    }
}

/// What is paid: a seat line by line, minutes as one sum.
#[component]
fn What(checkout: CheckoutDetails, kind: OrderKind) -> impl IntoView {
    let lang = use_lang();
    match kind {
        OrderKind::Fee => {
            let live = Live::new(&checkout);
            view! { <summary::Summary page=checkout live=live/> }.into_any()
        }
        OrderKind::Usage => view! {
            <div class="card stack stack--tight">
                <h2 class="card__title serif" lang=checkout.session.language>{checkout.session.topic}</h2>
                <p class="small">{checkout.session.when.host_line}</p>
                <dl class="ledger">
                    <LedgerLine label=texts::total(lang) amount=checkout.price.total field="total" kind=LedgerKind::Total/>
                </dl>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn CardForm(target: CardTarget, checkout: CheckoutDetails, back: String) -> impl IntoView {
    let lang = use_lang();
    let number = RwSignal::new(String::new());
    let brand = Memo::new(move |_| Brand::of(&digits_of(&number.read())));
    let (number_problem, expiry_problem, code_problem) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(None));
    let (expiry, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let cards = checkout.methods.iter().find(|choice| choice.method == Method::Card).map(|choice| choice.cards.clone()).unwrap_or_default();
    let accepted = (!cards.brands.is_empty()).then(|| accepted(lang, &cards));
    // The gateway takes what it takes; what this site does not is said before it is sent.
    let number_check = Callback::new(move |text: String| match parse_number(&text) {
        Ok(digits) if !cards.brands.is_empty() => cards.check(&digits).err(),
        Ok(_) => None,
        Err(problem) => Some(problem),
    });
    let expiry_check = Callback::new(|text: String| Expiry::parse(&text).err());
    let code_check = Callback::new(move |text: String| parse_code(&text, brand.get_untracked()).err());
    // What can be seen to be wrong is said here; everything else the gateway says.
    let before = Callback::new(move |event: ev::SubmitEvent| {
        let found: [Option<Problem>; 3] =
            [number_check.run(number.get_untracked()), expiry_check.run(expiry.get_untracked()), code_check.run(code.get_untracked())];
        if found.iter().any(Option::is_some) {
            event.prevent_default();
        }
        let [wrong_number, wrong_expiry, wrong_code] = found;
        number_problem.set(wrong_number);
        expiry_problem.set(wrong_expiry);
        code_problem.set(wrong_code);
    });
    let code_hint = move || match brand.get().map_or(3, Brand::code_digits) {
        4 => texts::csc_front(lang),
        _ => texts::csc_back(lang),
    };
    let total = checkout.price.total.show(lang);
    let (press, binding) = (texts::pay_amount(lang, &total), texts::binding(lang, &total));
    let hidden = target.hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <PostForm action=target.action class="stack" before=before checks=Checks::Browser>
            {hidden}
            <fieldset class="card-group">
                <legend class="visually-hidden">{texts::card_group(lang)}</legend>
                <div class="card card-group__box">
                    <div class="card-group__number">
                        <Field
                            name=target.number label=texts::card_number(lang) hint=texts::card_number_digits(lang) autocomplete="cc-number"
                            inputmode="numeric" maxlength=23 pattern="[0-9]{12,19}" bind=number shape=digits_of check=number_check
                            problem=number_problem
                        />
                        <span class="card-group__brand" aria-live="polite">{move || brand.get().map(Brand::name)}</span>
                    </div>
                    <Field
                        name=target.expiry label=texts::card_expiry(lang) hint=texts::card_expiry_mmyy(lang) autocomplete="cc-exp"
                        inputmode="numeric" maxlength=4 pattern="(0[1-9]|1[0-2])[0-9]{2}" bind=expiry shape=shape_expiry check=expiry_check
                        size=Size::Short problem=expiry_problem
                    />
                    <div class="card-group__cell">
                        <Field
                            name=target.code label=texts::card_csc(lang) autocomplete="cc-csc" inputmode="numeric" maxlength=4
                            pattern="[0-9]{3,4}" bind=code check=code_check size=Size::Short problem=code_problem
                        />
                        <span class="tiny quiet">{code_hint}</span>
                    </div>
                    <p class="card-group__safe small quiet">
                        <Icon icon=Glyph::Lock/> <span>{texts::card_entry_safe(lang)} " " {accepted}</span>
                    </p>
                    {use_viewer().site.test_mode.then(|| view! { <p class="tiny quiet">{texts::test_cards(lang)}</p> })}
                </div>
            </fieldset>
            <div class="stack stack--tight">
                <SubmitButton look=Look::Wide>{press}</SubmitButton>
                <p class="tiny quiet">{binding}</p>
                <p class="cluster"><LinkButton href=back look=Look::Quiet rel="external">{texts::pay_another_way(lang)}</LinkButton></p>
            </div>
        </PostForm>
    }
}

/// `MMYY`, however it is typed: `4/29`, `04 / 2029`, `0429`.
fn shape_expiry(text: &str) -> String {
    let (month, year) = text.split_once(['/', '-', '.']).unwrap_or((text, ""));
    let (mut month, mut year) = (digits_of(month), digits_of(year));
    if month.len() == 1 && text.contains(['/', '-', '.']) {
        month.insert(0, '0');
    }
    if year.len() == 4 && year.starts_with("20") {
        year = year.split_off(2);
    }
    let mut all = month + &year;
    if all.len() == 6 && all.get(2..4) == Some("20") {
        all.replace_range(2..4, "");
    }
    all.truncate(4);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiries_take_the_shape_that_the_gateway_wants() {
        for (typed, shown) in
            [("", ""), ("0429", "0429"), ("04/29", "0429"), ("4/29", "0429"), ("04 / 2029", "0429"), ("042029", "0429"), ("04", "04")]
        {
            assert_eq!(shape_expiry(typed), shown, "{typed}");
        }
    }
}
