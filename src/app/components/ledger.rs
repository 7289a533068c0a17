//! Lines of a bill.

use leptos::prelude::*;

use super::Money;
use crate::domain::money;

/// What a line of a bill is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LedgerKind {
    /// An item.
    #[default]
    Item,
    /// Something taken off; give the amount without its sign.
    Saving,
    /// The sum.
    Total,
}

/// One line inside `<dl class="ledger">`: words, then the amount.
#[component]
pub fn LedgerLine(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// How much.
    #[prop(into)]
    amount: Signal<money::Money>,
    /// `data-field` of the amount.
    #[prop(optional)]
    field: &'static str,
    /// Item, saving or total.
    #[prop(optional)]
    kind: LedgerKind,
    /// Whether the line is out of sight (a saving or tax of zero): its value can still be read by tests.
    #[prop(optional, into)]
    hidden: Signal<bool>,
    /// How the amount comes about, in small print; or a control for the line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = match kind {
        LedgerKind::Item => "ledger__line",
        LedgerKind::Saving => "ledger__line ledger__line--saving",
        LedgerKind::Total => "ledger__line ledger__line--total",
    };
    view! {
        <div class=class hidden=move || hidden.get()>
            <dt>{move || label.get()} " " {children.map(|children| children())}</dt>
            // The sign stands outside of what tests read.
            <dd>{(kind == LedgerKind::Saving).then_some("\u{2212}")}<Money amount=amount field=field/></dd>
        </div>
    }
}
