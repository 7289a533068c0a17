//! Races for limited goods, on both engines: more buyers than seats, than uses of a code, than payments of one order. Every buyer
//! goes the whole way over the simulator's wire, and every test ends with `verify`.

use std::sync::Arc;

use lectern::domain::{
    form::{Problem, Refusal},
    order::OrderState,
    promo::PromoRefusal,
};
use lectern::read_tx;
use lectern::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        pay::{PayAnswer, pay},
        promo,
        register::{RegisterForm, register},
    },
    store::order,
};
use tokio::{sync::Barrier, task::JoinSet};

use crate::harness::{TestApp, card};

const GOOD: &str = "4111111111111111";

async fn place(ctx: &Ctx, slug: &str, who: usize) -> Result<String, Failure> {
    let form = RegisterForm { name: format!("Buyer {who}"), email: format!("buyer{who}@example.com"), ..RegisterForm::default() };
    register(ctx, slug, &form, None).await
}

async fn find(ctx: &Ctx, link: &str) -> order::Order {
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(order::find_by_link(tx, ctx.site().id, link).await?) });
    found.expect("orders read").expect("the order exists")
}

/// Runs `act` for each of `count` buyers at the same moment and gives what each came to.
async fn at_once<T, F>(ctx: &Ctx, count: usize, act: impl Fn(Ctx, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (barrier, mut buyers) = (Arc::new(Barrier::new(count)), JoinSet::new());
    for who in 0..count {
        let (barrier, going) = (barrier.clone(), act(ctx.clone(), who));
        buyers.spawn(async move {
            barrier.wait().await;
            going.await
        });
    }
    buyers.join_all().await
}

on_both!(two_hundred_buyers_of_fifty_seats_make_fifty_paid_orders, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let endings = at_once(&ctx, 200, |ctx, who| async move {
        let link = place(&ctx, "fifty-seats", who).await?;
        let id = find(&ctx, &link).await.id;
        pay(&ctx, id, card(&who.to_string(), 1, GOOD)).await
    })
    .await;
    let paid = endings.iter().filter(|ending| matches!(ending, Ok(PayAnswer::Paid))).count();
    let full = endings
        .iter()
        .filter(|ending| matches!(ending, Err(Failure::Refused(refusal @ Refusal::SoldOut { .. })) if refusal.status() == 409))
        .count();
    assert_eq!((paid, full), (50, 150), "{:?}", endings.iter().filter(|e| !matches!(e, Ok(PayAnswer::Paid))).take(3).collect::<Vec<_>>());
    test.verify().await;
});

on_both!(fifty_buyers_of_a_code_with_one_use_take_it_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let endings = at_once(&ctx, 50, |ctx, who| async move {
        // PostgreSQL refuses, after a bounded number of tries, what fifty rivals for one row keep undoing; such a buyer is told
        // that nothing happened, and asks again.
        let mut link = place(&ctx, "negotiation-skills", who).await;
        while let Err(Failure::Fault(_)) = link {
            link = place(&ctx, "negotiation-skills", who).await;
        }
        let link = link?;
        loop {
            match promo::apply(&ctx, &link, "LASTONE").await {
                Err(Failure::Fault(_)) => {}
                ending => return ending,
            }
        }
    })
    .await;
    let applied = endings.iter().filter(|ending| ending.is_ok()).count();
    let used_up = endings
        .iter()
        .filter(|ending| matches!(ending, Err(Failure::Fields(errors)) if errors.of("promo_code") == Some(&Problem::Promo(PromoRefusal::UsedUp))))
        .count();
    assert_eq!((applied, used_up), (1, 49));
    test.verify().await;
});

on_both!(one_order_paid_by_twenty_posts_is_charged_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", 0).await.expect("a seat");
    let id = find(&ctx, &link).await.id;
    // Half of them repeat one form, half come from tabs with forms of their own. The limit per order is for people, not for this.
    let endings = at_once(&ctx, 20, |ctx, who| async move {
        let key = if who.is_multiple_of(2) { "same".to_owned() } else { who.to_string() };
        pay(&ctx, id, card(&key, 1, GOOD)).await
    })
    .await;
    for ending in &endings {
        let is_expected = matches!(
            ending,
            Ok(PayAnswer::Paid | PayAnswer::Checking)
                | Err(Failure::Refused(Refusal::PaymentInProgress | Refusal::AlreadyPaid | Refusal::TooManyTries { .. }))
        );
        assert!(is_expected, "{ending:?}");
    }
    test.run_jobs().await;
    assert!(matches!(find(&ctx, &link).await.state, OrderState::Paid { .. }));
    let charged = test.sandbox.report().entries.iter().filter(|entry| entry.state != "declined").count();
    assert_eq!(charged, 1, "the simulator's own ledger");
    test.verify().await;
});
