//! What Stripe sends by itself: signed events from our simulator to a merchant's address, read by our client.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode},
    routing,
};
use lectern::domain::time::Timestamp;
use lectern::server::clock::Clock;
use lectern::server::payments::{About, Forged, Notice, Outcome, Processor};
use lectern::server::sandbox::{
    faults::FaultKind,
    stripe::{DEMO, OTHER, notices::signature},
};
use tokio::{net::TcpListener, sync::mpsc};

use super::stripe::{World, attempt, captured, client, eur, key, world};

/// A merchant's address: what came, and what it answers.
struct Merchant {
    url: String,
    came: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

type Desk = (mpsc::UnboundedSender<(HeaderMap, Bytes)>, Arc<Mutex<VecDeque<StatusCode>>>);

async fn take(State((came, answers)): State<Desk>, headers: HeaderMap, body: Bytes) -> StatusCode {
    came.send((headers, body)).expect("the test listens");
    answers.lock().expect("nobody panics").pop_front().unwrap_or(StatusCode::OK)
}

async fn merchant() -> Merchant {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/notify/stripe", listener.local_addr().expect("an address"));
    let ((sender, came), answers) = (mpsc::unbounded_channel(), Arc::default());
    let app = Router::new().route("/notify/stripe", routing::post(take)).with_state((sender, Arc::clone(&answers)));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Merchant { url, came, answers }
}

impl Merchant {
    async fn next(&mut self) -> (HeaderMap, Bytes) {
        tokio::time::timeout(Duration::from_secs(5), self.came.recv()).await.expect("in time").expect("a notice")
    }

    async fn nothing(&mut self) {
        assert!(tokio::time::timeout(Duration::from_millis(200), self.came.recv()).await.is_err(), "nothing more comes");
    }

    /// The next `n`, read, by what they are about.
    async fn read(&mut self, stripe: &dyn Processor, n: usize) -> Vec<Notice> {
        let mut read = Vec::new();
        for _one in 0..n {
            let (headers, body) = self.next().await;
            read.push(stripe.read_notice(&headers, &body).await.expect("signed"));
        }
        read
    }
}

async fn listening() -> (World, Merchant) {
    let (world, merchant) = (world().await, merchant().await);
    world.control("stripe/listener", &format!("{{\"account\":\"{}\",\"url\":\"{}\"}}", DEMO.id, merchant.url)).await;
    (world, merchant)
}

#[tokio::test]
async fn an_approval_a_capture_and_a_refund_are_told() {
    let (world, mut merchant) = listening().await;
    let of = world.approve(1, "pm_card_visa").await;
    let approved = merchant.read(&*world.stripe, 2).await;
    assert!(approved.iter().any(|n| n.about == About::Started(of.clone())), "{approved:?}");
    assert!(approved.iter().any(|n| n.about == About::Attempt(attempt(1))), "{approved:?}");
    let paid = captured(world.finish(1, &of).await);
    assert_eq!(merchant.read(&*world.stripe, 1).await[0].about, About::Attempt(attempt(1)));
    assert!(matches!(world.stripe.refund(&key(1).step("refund"), &paid.reference, eur(1000)).await, Outcome::Done(_)));
    for notice in merchant.read(&*world.stripe, 2).await {
        assert_eq!(notice.about, About::Payment(paid.reference.clone()), "refund.created and charge.refunded are one refund");
        assert!(notice.id.starts_with("evt_"));
    }
    let (page, _) = world.start(2, 4500).await;
    world.press(&page, "decline", "").await;
    assert_eq!(merchant.read(&*world.stripe, 1).await[0].about, About::Attempt(attempt(2)), "a hint, not an end");
    merchant.nothing().await;
}

#[tokio::test]
async fn a_repeated_start_or_finish_tells_nothing_new() {
    let (world, mut merchant) = listening().await;
    let of = world.approve(1, "pm_card_visa").await;
    merchant.read(&*world.stripe, 2).await;
    for _again in 0..3 {
        captured(world.finish(1, &of).await);
    }
    merchant.read(&*world.stripe, 1).await;
    merchant.nothing().await;
}

#[tokio::test]
async fn what_is_decided_later_is_told() {
    let (world, mut merchant) = listening().await;
    let of = world.approve(1, "pm_card_slow").await;
    merchant.read(&*world.stripe, 2).await;
    world.control("stripe/settle", "{\"accept\":false}").await;
    let told = merchant.read(&*world.stripe, 2).await;
    assert!(told.iter().any(|n| n.about == About::Started(of.clone())), "{told:?}");
    assert!(matches!(world.finish(1, &of).await, Outcome::Declined(_)));
}

#[tokio::test]
async fn a_notice_comes_twice_or_never_or_again_until_it_is_taken() {
    let (world, mut merchant) = listening().await;
    let settle = async |n: u8| {
        let of = world.approve(n, "pm_card_visa").await;
        captured(world.finish(n, &of).await);
    };
    let on = |kind| world.fault(kind, 1, "notice");
    on(FaultKind::Never);
    settle(1).await;
    merchant.read(&*world.stripe, 2).await;
    merchant.nothing().await;
    on(FaultKind::Twice);
    settle(2).await;
    let mut ids: Vec<String> = merchant.read(&*world.stripe, 4).await.into_iter().map(|notice| notice.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "one of them under the same id");
    merchant.answers.lock().expect("nobody panics").push_back(StatusCode::INTERNAL_SERVER_ERROR);
    settle(3).await;
    let again = merchant.read(&*world.stripe, 4).await;
    assert_eq!(again.iter().filter(|notice| notice.id == again[0].id).count(), 2, "the refused one came again: {again:?}");
    on(FaultKind::Slow { ms: 50 });
    settle(4).await;
    merchant.read(&*world.stripe, 3).await;
    merchant.nothing().await;
}

#[tokio::test]
async fn a_forged_stale_or_foreign_notice_is_refused() {
    let (world, mut merchant) = listening().await;
    world.fault(FaultKind::Forged, 1, "notice");
    let (page, _) = world.start(1, 4500).await;
    world.press(&page, "decline", "").await;
    let (headers, body) = merchant.next().await;
    assert_eq!(world.stripe.read_notice(&headers, &body).await, Err(Forged::BadSignature));
    world.press(&page, "decline", "").await;
    let (headers, body) = merchant.next().await;
    assert!(world.stripe.read_notice(&headers, &body).await.is_ok());
    let respaced = [&body[..], b" "].concat();
    assert_eq!(world.stripe.read_notice(&headers, &respaced).await, Err(Forged::BadSignature), "the bytes as they came");
    assert_eq!(world.stripe.read_notice(&HeaderMap::new(), &body).await, Err(Forged::BadSignature));

    let url = format!("{}/stripe/", world.base);
    let later = Clock::System.now().plus_seconds(301);
    let slow = client(&url, DEMO.secret_key, DEMO.webhook_secret, Clock::manual(later));
    assert_eq!(slow.read_notice(&headers, &body).await, Err(Forged::Stale), "a replay");
    let stranger = client(&url, OTHER.secret_key, OTHER.webhook_secret, Clock::System);
    assert_eq!(stranger.read_notice(&headers, &body).await, Err(Forged::BadSignature), "another account's secret");
    let rolled = client(&url, DEMO.secret_key, &format!("{} {}", OTHER.webhook_secret, DEMO.webhook_secret), Clock::System);
    assert!(rolled.read_notice(&headers, &body).await.is_ok(), "while a secret is being rolled");

    let now = 1_767_225_600;
    let at = client(&url, DEMO.secret_key, DEMO.webhook_secret, Clock::manual(Timestamp::from_seconds(now)));
    for (change, expected) in [
        (("\"livemode\":false", "\"livemode\":true"), Forged::OtherAccount),
        (("\"livemode\":false", "\"livemode\":false,\"account\":\"acct_1\""), Forged::OtherAccount),
        (("\"object\":\"event\"", "\"object\":\"charge\""), Forged::Unreadable),
        (("{\"", "[\""), Forged::Unreadable),
    ] {
        let text = String::from_utf8(body.to_vec()).expect("text").replace(change.0, change.1);
        let signed = HeaderValue::from_str(&signature(DEMO.webhook_secret, now, &text)).expect("a value");
        let headers = HeaderMap::from_iter([("stripe-signature".parse().expect("a name"), signed)]);
        assert_eq!(at.read_notice(&headers, text.as_bytes()).await, Err(expected), "{change:?}");
    }
}

#[tokio::test]
async fn other_accounts_hear_nothing_of_ours() {
    let (world, mut merchant) = (world().await, merchant().await);
    world.sandbox.listen("stripe", OTHER.id, &merchant.url);
    world.pay(1, "pm_card_visa").await;
    merchant.nothing().await;
}
