//! Each invariant, broken by hand beneath the product's feet, is reported under its own number, on both engines.

use lectern::server::{failure::Failure, state::App, verify};
use lectern::write_tx;

use crate::harness::{TestApp, TestDb, card};

/// The numbers of the invariants that do not hold now.
async fn broken(app: &App, sandbox: Option<&str>) -> Vec<&'static str> {
    let checks = verify::run(app, sandbox).await.expect("verify runs");
    checks.iter().filter(|check| !check.holds()).map(|check| check.code).collect()
}

/// Runs a statement nobody should.
async fn tamper(db: &TestDb, sql: &'static str) {
    let rows =
        write_tx!(db, |tx| -> Result<u64, Failure> { Ok(tx.sql(sql).execute().await?) }).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    assert!(rows > 0, "{sql} changed nothing");
}

/// One order of a kind, chosen the same way on both engines.
macro_rules! a_paid_order {
    () => {
        "(SELECT o.id FROM orders o WHERE o.kind = 'fee' AND o.state = 'paid' ORDER BY o.reference LIMIT 1)"
    };
}

/// A test that breaks one invariant by hand.
macro_rules! breaks {
    ($name:ident, $($sql:expr),+ => $code:literal) => {
        on_both!($name, |db| async {
            let test = TestApp::demo(&db).await;
            assert_eq!(broken(&test.app, None).await, Vec::<&str>::new());
            $(tamper(&db, $sql).await;)+
            let found = broken(&test.app, None).await;
            assert!(found.contains(&$code), "expected {}, found {found:?}", $code);
        });
    };
}

breaks!(a_seat_counter_that_lies, "UPDATE session SET seats_taken = seats_taken + 1 WHERE slug = 'fifty-seats'" => "I1");
breaks!(a_seat_given_up_by_a_paid_order, concat!("UPDATE seat_claim SET state = 'released' WHERE order_id = ", a_paid_order!()) => "I1");
breaks!(a_use_counter_that_lies, "UPDATE promo SET uses_taken = uses_taken + 1 WHERE code = 'TRAIN20'" => "I2");
breaks!(a_person_who_used_a_code_too_often,
    "UPDATE promo_use SET email_key = 'one@person.example' WHERE promo_id = (SELECT id FROM promo WHERE code = 'TRAIN20')",
    "UPDATE promo SET uses_per_person_max = 2 WHERE code = 'TRAIN20'" => "I2");
breaks!(an_order_paid_by_another, "UPDATE orders SET payment_id = (SELECT p.id FROM payment p WHERE p.order_id <> orders.id ORDER BY p.reference LIMIT 1) \
    WHERE state = 'paid' AND kind = 'usage'" => "I3");
breaks!(a_refund_of_more_than_was_captured, "INSERT INTO refund (id, payment_id, key, amount_minor, currency, reason, note, state, round, tries, inquiries, created_at) \
    SELECT p.id, p.id, 'tampered', p.amount_minor + 1, p.currency, 'asked', '', 'prepared', 0, 0, 0, p.captured_at FROM payment p ORDER BY p.reference LIMIT 1" => "I4");
breaks!(a_posting_that_does_not_balance, "INSERT INTO ledger_entry (posting_id, line, account, amount_minor, currency) \
    SELECT l.id, 99, 'suspense', 1, 'EUR' FROM ledger_posting l ORDER BY l.posted_at, l.id LIMIT 1" => "I5");
breaks!(a_price_that_is_not_what_was_charged, concat!("UPDATE orders SET total_minor = total_minor + 1 WHERE id = ", a_paid_order!()) => "I6");
breaks!(a_buyer_nobody_told, concat!("DELETE FROM message WHERE order_id = ", a_paid_order!()) => "I7");
breaks!(a_state_nobody_wrote_down, concat!("UPDATE orders SET state = 'refunded', closed_at = created_at WHERE id = ", a_paid_order!()) => "I8");

on_both!(the_simulators_books_are_compared, |db| async {
    use lectern::server::flows::{
        pay::{PayAnswer, pay},
        register::{RegisterForm, register},
    };
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let form = RegisterForm { name: "Ana Pop".into(), email: "ana@books.example".into(), ..RegisterForm::default() };
    let link = register(&ctx, "negotiation-skills", &form, None).await.expect("a seat");
    let order = test.order(&link).await;
    assert_eq!(pay(&ctx, order.id, card("1", 1, "4111111111111111")).await.expect("paid"), PayAnswer::Paid);
    assert_eq!(broken(&test.app, Some(&test.sandbox_url)).await, Vec::<&str>::new());
    // The simulator captured it under our reference; now we claim never to have had that reference.
    tamper(&db, "UPDATE attempt SET our_ref = 'TAMPERED' WHERE processor = 'payflow'").await;
    assert_eq!(broken(&test.app, Some(&test.sandbox_url)).await, ["I9"]);
});

#[test]
fn a_line_says_what_was_counted() {
    let check = verify::Check {
        code: "I1",
        claim: "seats held and sold within capacity",
        things: "sessions",
        checked: 17,
        violations: 0,
        named: vec![],
    };
    assert_eq!(check.to_string(), "I1 seats held and sold within capacity: 17 sessions, 0 violations");
}
