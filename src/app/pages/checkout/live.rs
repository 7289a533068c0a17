//! What of the checkout can change without leaving the page.

use leptos::prelude::*;

use crate::{
    api::checkout::{AppliedPromo, CheckoutDetails, MethodChoice, PriceAnswer},
    app::{components::browser_now_ms, form_state::use_form_state},
    domain::{form::Problem, payment::Method, pricing::FeePrice},
};

/// The price and what belongs to it, the chosen method, and the promo code being typed.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) price: RwSignal<FeePrice>,
    pub(super) promo: RwSignal<Option<AppliedPromo>>,
    /// The ways to pay last offered; kept while a code makes it free.
    pub(super) methods: RwSignal<Vec<MethodChoice>>,
    pub(super) quote_version: RwSignal<i64>,
    /// The chosen method's code.
    pub(super) method: RwSignal<String>,
    /// The code typed and not applied.
    pub(super) code: RwSignal<String>,
    pub(super) code_problem: RwSignal<Option<Problem>>,
    /// Whether the payment fields exist: once shown they stay, so that nothing typed is lost while a code makes it free.
    pub(super) payable: RwSignal<bool>,
    /// When the price last changed, in the browser's milliseconds.
    pub changed_at_ms: StoredValue<f64>,
    /// Whether the seat is still kept, as far as the browser's clock can tell.
    pub(super) seat_kept: RwSignal<bool>,
}

impl Live {
    /// What `page` shows.
    pub fn new(page: &CheckoutDetails) -> Self {
        let posted = use_form_state();
        let asked = page.asked_code.clone();
        let problem = asked.as_ref().and_then(|asked| asked.problem.clone());
        let first = page.methods.first().map_or(Method::Card, |choice| choice.method);
        let is_offered = |code: &String| page.methods.iter().any(|choice| choice.method.code() == code);
        let method = posted.values.get("method").filter(|code| is_offered(code)).cloned().unwrap_or_else(|| first.code().to_owned());
        Self {
            price: RwSignal::new(page.price.clone()),
            promo: RwSignal::new(page.promo.clone()),
            methods: RwSignal::new(page.methods.clone()),
            quote_version: RwSignal::new(page.quote_version),
            method: RwSignal::new(method),
            code: RwSignal::new(posted.value_or("promo_code", || asked.map(|asked| asked.code).unwrap_or_default())),
            code_problem: RwSignal::new(posted.error("promo_code").cloned().or(problem)),
            payable: RwSignal::new(!page.price.total.is_zero()),
            changed_at_ms: StoredValue::new(0.0),
            seat_kept: RwSignal::new(true),
        }
    }

    /// Takes over what the server answered.
    pub(super) fn take(self, answer: PriceAnswer) {
        if !answer.price.total.is_zero() {
            let is_chosen = |choice: &MethodChoice| choice.method.code() == *self.method.read_untracked();
            if let Some(first) = answer.methods.first()
                && !answer.methods.iter().any(is_chosen)
            {
                self.method.set(first.method.code().to_owned());
            }
            if !answer.methods.is_empty() && answer.methods != *self.methods.read_untracked() {
                self.methods.set(answer.methods);
            }
            self.payable.set(true);
        }
        self.changed_at_ms.set_value(browser_now_ms());
        self.quote_version.set(answer.quote_version);
        self.promo.set(answer.promo);
        self.price.set(answer.price);
        self.code.set(String::new());
        self.code_problem.set(None);
    }

    pub(super) fn is_free(self) -> bool {
        self.price.read().total.is_zero()
    }

    /// Whether `method` is how the total will be paid; nothing is while the total is zero.
    pub(super) fn pays_by(self, method: Method) -> bool {
        !self.is_free() && *self.method.read() == method.code()
    }
}
