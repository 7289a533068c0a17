//! Instant payment notifications, from our simulator to a merchant's address, read by our clients, who ask whether they are
//! genuine.

use axum::http::{HeaderMap, StatusCode};
use lectern::domain::money::Currency;
use lectern::server::clock::Clock;
use lectern::server::payments::{About, Approval, AttemptRef, Forged, Outcome, Processor, ProcessorKind, ProcessorRef};
use lectern::server::sandbox::{SandboxConfig, faults::FaultKind, nvp::merchant_id};

use super::express::{ask, attempt, started};
use super::nvp_world::{ACCOUNT, Merchant, PASSWORD, World, built, cad, captured, config, key, merchant, money, world_at};
use super::wpp_uk::sale;

struct Shop {
    world: World,
    merchant: Merchant,
    paypal: std::sync::Arc<dyn Processor>,
}

async fn shop() -> Shop {
    let world = world_at(SandboxConfig::in_memory(Clock::System)).await;
    Shop { paypal: world.client(ProcessorKind::Express, "express", PASSWORD), merchant: merchant().await, world }
}

impl Shop {
    fn asking(&self, n: u8) -> Approval {
        Approval { notify_url: self.merchant.url.clone(), ..ask(n, cad(2750)) }
    }

    async fn pay(&self, n: u8, funding: &str) -> Outcome<lectern::server::payments::Captured> {
        let asking = self.asking(n);
        let token = started(self.paypal.start(&key(n), &asking).await);
        self.world.choose(&token, "approve", funding).await;
        self.paypal.finish(&key(n), &token, &asking).await
    }

    async fn read(&self, body: &[u8]) -> Result<lectern::server::payments::Notice, Forged> {
        self.paypal.read_notice(&HeaderMap::new(), body).await
    }
}

#[tokio::test]
async fn a_payment_and_its_refund_are_told() {
    let mut shop = shop().await;
    let paid = captured(shop.pay(1, "balance").await);
    let body = shop.merchant.next().await;
    // In windows-1252, which is no UTF-8: Zoë and a dash are one byte each, and echoed as they came (failures.md P-24).
    let text = String::from_utf8(body.to_vec()).expect("escaped");
    assert!(text.contains("charset=windows%2D1252") && text.contains("+%96+Zo%EB"), "{text}");
    let notice = shop.read(&body).await.expect("genuine");
    assert_eq!((notice.about, notice.id.as_str()), (About::Attempt(attempt(1)), format!("{}:Completed", paid.reference.as_str()).as_str()));
    assert!(matches!(shop.paypal.refund(&key(1).step("r"), &paid.reference, cad(1200)).await, Outcome::Done(_)));
    let refund = shop.merchant.next().await;
    assert_eq!(shop.read(&refund).await.expect("genuine").about, About::Payment(paid.reference));
    shop.merchant.nothing().await;
}

#[tokio::test]
async fn what_is_decided_later_is_told_under_another_id() {
    let mut shop = shop().await;
    assert!(matches!(shop.pay(1, "echeck").await, Outcome::Unknown(_)));
    let pending = shop.merchant.next().await;
    shop.world.control("express/settle", "{\"accept\":true}").await;
    let settled = shop.merchant.next().await;
    let (pending, settled) = (shop.read(&pending).await.expect("genuine"), shop.read(&settled).await.expect("genuine"));
    assert_eq!(pending.about, settled.about);
    assert!(pending.id.ends_with(":Pending") && settled.id.ends_with(":Completed"), "{} {}", pending.id, settled.id);
}

#[tokio::test]
async fn a_notice_comes_twice_or_never_or_again_until_it_is_taken() {
    let mut shop = shop().await;
    shop.world.fault(FaultKind::Twice, 1, "notice");
    captured(shop.pay(1, "balance").await);
    let (first, second) = (shop.merchant.next().await, shop.merchant.next().await);
    assert_eq!(shop.read(&first).await, shop.read(&second).await);
    shop.world.fault(FaultKind::Never, 1, "notice");
    captured(shop.pay(2, "balance").await);
    shop.merchant.nothing().await;
    shop.merchant.answers.lock().expect("nobody panics").push_back(StatusCode::SERVICE_UNAVAILABLE);
    captured(shop.pay(3, "balance").await);
    let refused = shop.merchant.next().await;
    assert_eq!(shop.merchant.next().await, refused, "sent again a second later");
    shop.merchant.nothing().await;
}

#[tokio::test]
async fn a_forged_or_changed_notice_is_refused() {
    let mut shop = shop().await;
    shop.world.fault(FaultKind::Forged, 1, "notice");
    captured(shop.pay(1, "balance").await);
    let forged = shop.merchant.next().await;
    assert_eq!(shop.read(&forged).await, Err(Forged::BadSignature));
    captured(shop.pay(2, "balance").await);
    let genuine = String::from_utf8(shop.merchant.next().await.to_vec()).expect("escaped");
    assert!(shop.read(genuine.as_bytes()).await.is_ok());
    for (from, to) in [("mc_gross=27%2E50", "mc_gross=2%2E75"), ("mc_gross=27%2E50", "mc_gross=27.50"), ("%96", "%E2%80%93"), ("+", "%20")]
    {
        let changed = genuine.replacen(from, to, 1);
        assert_ne!(changed, genuine, "{from}");
        assert_eq!(shop.read(changed.as_bytes()).await, Err(Forged::BadSignature), "{to}: the same meaning is not the same bytes");
    }
    for junk in [b"".as_slice(), b"junk", b"{}", &[0xff, 0xfe]] {
        assert_eq!(shop.read(junk).await, Err(Forged::Unreadable));
    }
}

#[tokio::test]
async fn a_notice_for_another_account_is_refused_without_asking() {
    let mut shop = shop().await;
    captured(shop.pay(1, "balance").await);
    let body = shop.merchant.next().await;
    let mut other = config(&shop.world.base, "express", PASSWORD);
    other.settings["merchant_id"] = merchant_id("somebody-else").into();
    let other = built(ProcessorKind::Express, &other, Clock::System);
    shop.world.fault(FaultKind::ResetBefore, 9, "express.verify");
    assert_eq!(other.read_notice(&HeaderMap::new(), &body).await, Err(Forged::OtherAccount));
    let live = String::from_utf8(body.to_vec()).expect("escaped").replace("&test_ipn=1", "");
    assert_eq!(shop.read(live.as_bytes()).await, Err(Forged::OtherAccount), "of the other mode");
    assert_ne!(merchant_id("somebody-else"), merchant_id(ACCOUNT));
}

#[tokio::test]
async fn who_cannot_be_asked_says_nothing() {
    let mut shop = shop().await;
    captured(shop.pay(1, "balance").await);
    let body = shop.merchant.next().await;
    for kind in
        [FaultKind::Html, FaultKind::Status500, FaultKind::ResetBefore, FaultKind::TimeoutBefore, FaultKind::Truncated { keep: Some(4) }]
    {
        shop.world.fault(kind.clone(), 3, "express.verify");
        assert_eq!(shop.read(&body).await, Err(Forged::CannotTell), "{kind:?}");
        shop.world.clear_faults().await;
        assert!(shop.read(&body).await.is_ok(), "{kind:?}");
    }
}

#[tokio::test]
async fn card_payments_are_told_to_the_accounts_address() {
    let mut shop = shop().await;
    let cards = shop.world.client(ProcessorKind::WppUk, "wpp_uk", PASSWORD);
    let listener = serde_json::json!({"account": ACCOUNT, "url": shop.merchant.url});
    shop.world.control("wpp_uk/listener", &listener.to_string()).await;
    let sold = captured(cards.sale(&key(1), &sale(1, "4111111111111111", money(2500, Currency::GBP))).await);
    let body = shop.merchant.next().await;
    let notice = cards.read_notice(&HeaderMap::new(), &body).await.expect("genuine");
    assert_eq!(notice.about, About::Attempt(AttemptRef::parse("UK1").expect("a reference")));
    assert!(matches!(cards.refund(&key(1).step("r"), &sold.reference, money(2500, Currency::GBP)).await, Outcome::Done(_)));
    let refund = shop.merchant.next().await;
    let of: ProcessorRef = sold.reference;
    assert_eq!(cards.read_notice(&HeaderMap::new(), &refund).await.expect("genuine").about, About::Payment(of));
    // The other product's simulator did not send it.
    assert_eq!(shop.read(&refund).await, Err(Forged::BadSignature));
}
