//! Refunds (stripe.md §5).

use serde_json::{Value, json};

use super::super::faults::FaultKind;
use super::Call;
use super::cards::{self, Behaviour};
use super::problem::Problem;
use super::state::{Intent, Refund, shown};

/// `POST /v1/refunds`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&["payment_intent", "charge", "amount", "reason", "metadata[*]", "expand[#]"])?;
    let reason = params.get("reason");
    if reason.is_some_and(|reason| !["duplicate", "fraudulent", "requested_by_customer"].contains(&reason)) {
        return Err(Problem::invalid("", "reason", "Invalid reason"));
    }
    let mut intent: Intent = match (params.get("payment_intent"), params.get("charge")) {
        (Some(id), None) => call.find("payment_intent", id)?,
        (None, Some(id)) => {
            let mut all = call.inner.stripe_all::<Intent>(call.account.id).into_iter();
            let of = all.find(|intent| intent.charge.as_ref().is_some_and(|charge| charge.id == id));
            of.ok_or_else(|| Problem::missing("charge", id))?
        }
        (Some(_), Some(_)) | (None, None) => {
            return Err(Problem::invalid("parameter_missing", "payment_intent", "One of the following params should be provided"));
        }
    };
    let (id, status) = (intent.id.clone(), intent.status.clone());
    let Some(charge) = intent.charge.as_mut().filter(|charge| charge.captured > 0) else {
        let message = format!("This PaymentIntent ({id}) does not have a successful charge to refund; its status is {status}.");
        return Err(Problem::state("payment_intent_unexpected_state", &message));
    };
    if charge.disputed {
        return Err(Problem::state("charge_disputed", &format!("Charge {} has been charged back; cannot issue a refund.", charge.id)));
    }
    let left = charge.captured - charge.refunded;
    if left == 0 {
        return Err(Problem::state("charge_already_refunded", &format!("Charge {} has already been refunded.", charge.id)));
    }
    let amount = params.integer("amount")?.unwrap_or(left);
    if amount < 1 {
        return Err(Problem::invalid("parameter_invalid_integer", "amount", "Invalid positive integer"));
    }
    if amount > left {
        let (asked, left) = (shown(amount, &intent.currency), shown(left, &intent.currency));
        let message = format!("Refund amount ({asked}) is greater than unrefunded amount on charge ({left})");
        return Err(Problem::state("", &message).with("param", "amount"));
    }
    charge.refunded += amount;
    let behaviour = cards::find(&charge.card.id).map(|card| card.behaviour);
    let slow = behaviour == Some(Behaviour::RefundsSlowly) || matches!(call.fault, Some(FaultKind::Pending));
    let refund = Refund {
        id: call.id("re_", 12),
        account: call.account.id.to_owned(),
        intent: id,
        charge: charge.id.clone(),
        amount,
        currency: intent.currency.clone(),
        status: if slow { "pending" } else { "succeeded" }.to_owned(),
        fails: behaviour == Some(Behaviour::RefundFails),
        reason: reason.map(str::to_owned),
        metadata: params.metadata("metadata")?,
        created: call.now(),
    };
    call.inner.stripe_keep(&intent);
    call.inner.stripe_keep(&refund);
    call.tell("refund.created", refund.show());
    if let Some(charge) = &intent.charge {
        call.tell("charge.refunded", intent.show_charge(charge));
    }
    Ok(refund.show())
}

/// `GET /v1/refunds/{id}`.
pub(super) fn read(call: &Call<'_>, id: &str) -> Result<Value, Problem> {
    call.params.only(&["expand[#]"])?;
    Ok(call.find::<Refund>("refund", id)?.show())
}

/// `GET /v1/refunds`.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Problem> {
    call.params.only(&["payment_intent", "charge", "created[gte]", "limit", "starting_after", "expand[#]"])?;
    let mut all = call.inner.stripe_all::<Refund>(call.account.id);
    let fits = |wanted: Option<&str>, is: &str| wanted.is_none_or(|wanted| wanted == is);
    all.retain(|r| fits(call.params.get("payment_intent"), &r.intent) && fits(call.params.get("charge"), &r.charge));
    let (page, has_more) = call.paged(all, |refund| refund.created)?;
    let data: Vec<Value> = page.iter().map(Refund::show).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": "/v1/refunds" }))
}

/// A refund is decided: it arrives, or comes back.
pub(super) fn settle(call: &mut Call<'_>, mut refund: Refund, arrives: bool) {
    let arrives = arrives && !refund.fails;
    refund.status = if arrives { "succeeded" } else { "failed" }.to_owned();
    refund.fails = false;
    if !arrives
        && let Ok(mut intent) = call.find::<Intent>("payment_intent", &refund.intent)
        && let Some(charge) = &mut intent.charge
    {
        charge.refunded -= refund.amount;
        call.inner.stripe_keep(&intent);
    }
    call.inner.stripe_keep(&refund);
    call.tell(if arrives { "refund.updated" } else { "refund.failed" }, refund.show());
}
