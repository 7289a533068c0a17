//! What a person or a bank does behind the scenes: decides what is pending, opens a dispute, names who listens.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Inner, Sandbox, listeners::Registration};
use super::engine::{self, Settled};
use super::model::Capture;
use super::notices::{self, Happened, Outgoing};
use super::{CAPTURE, SIMULATOR, captured, origin, refunded};

/// The routes below `/control/orders`.
pub fn control() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/settle", routing::post(post_settle))
        .route("/dispute", routing::post(dispute))
        .route("/listener", routing::post(listen))
}

/// What is decided about what is pending.
#[derive(Deserialize)]
struct Decision {
    /// A capture, its order, or a refund; absent means all.
    #[serde(default)]
    id: Option<String>,
    accept: bool,
}

/// `POST /control/orders/listener`.
async fn listen(State(sandbox): State<Arc<Sandbox>>, Json(Registration { account, url }): Json<Registration>) -> StatusCode {
    sandbox.listen(SIMULATOR, &account, &url);
    StatusCode::NO_CONTENT
}

/// `POST /control/orders/settle`: how many were decided.
async fn post_settle(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, Json(decision): Json<Decision>) -> Json<Value> {
    Json(json!({"settled": settle(&sandbox, &headers, decision.id.as_deref(), decision.accept)}))
}

/// Decides one thing that is pending, or all; how many were decided.
pub(in crate::server::sandbox) fn settle(sandbox: &Sandbox, headers: &HeaderMap, id: Option<&str>, accept: bool) -> usize {
    let (settled, outgoing) = {
        let mut inner = sandbox.lock();
        let settled = engine::settle(&mut inner, id, accept);
        let origin = origin(headers);
        let happened: Vec<Happened> = settled.iter().filter_map(|settled| happened(&inner, settled, &origin)).collect();
        let outgoing: Vec<Outgoing> = happened.iter().filter_map(|h| notices::prepare(&mut inner, &sandbox.clock, h)).collect();
        (settled.len(), outgoing)
    };
    outgoing.into_iter().for_each(Outgoing::send);
    settled
}

fn happened(inner: &Inner, settled: &Settled, origin: &str) -> Option<Happened> {
    match settled {
        // What was reviewed and refused is denied, not declined (paypal-rest.md §9.2).
        Settled::Capture(capture) if capture.status == "DECLINED" => {
            Some(Happened { event_type: "PAYMENT.CAPTURE.DENIED", ..captured(capture, origin) })
        }
        Settled::Capture(capture) => Some(captured(capture, origin)),
        Settled::Refund(refund) if refund.status == "COMPLETED" => Some(refunded(inner, refund, origin)),
        Settled::Refund(_) => None,
    }
}

/// `POST /control/orders/dispute`: every payer disputes what was taken, at PayPal (paypal-rest.md §9.2); how many did.
async fn dispute(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap) -> Json<Value> {
    let origin = origin(&headers);
    let mut inner = sandbox.lock();
    let taken: Vec<Capture> = inner.objects.all::<Capture>(SIMULATOR, CAPTURE).into_iter().filter(|c| c.status == "COMPLETED").collect();
    let disputes = taken.iter().map(|capture| Happened {
        account: capture.account.clone(),
        event_type: "CUSTOMER.DISPUTE.CREATED",
        resource_type: "dispute",
        resource: json!({
            "dispute_id": format!("PP-D-{}", capture.id), "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": "OPEN",
            "dispute_amount": {"currency_code": capture.sum.currency, "value": capture.sum.value()},
            "disputed_transactions": [{"seller_transaction_id": capture.id, "invoice_number": capture.invoice_id, "custom": capture.custom_id}],
        }),
        our_ref: capture.custom_id.clone(),
        origin: origin.clone(),
    });
    let outgoing: Vec<Outgoing> = disputes.filter_map(|happened| notices::prepare(&mut inner, &sandbox.clock, &happened)).collect();
    drop(inner);
    outgoing.into_iter().for_each(Outgoing::send);
    Json(json!({"disputed": taken.len()}))
}
