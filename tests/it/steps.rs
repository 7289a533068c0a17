//! Steps of one purchase that a restarted server takes again: the keys of steps are made of the attempt's, so the second taking is
//! the first one's repetition.

use lectern::server::clock::Clock;
use lectern::server::payments::{Asked, Outcome, Standing};
use lectern::server::sandbox::{faults::FaultKind, stripe::DEMO};

use crate::stripe::{ask, attempt, captured, client, eur, key, world};

/// A server that was killed after the processor had captured and before it read the answer finishes again, with a client that
/// remembers nothing: the money is taken once, and found.
#[tokio::test]
async fn a_capture_whose_answer_was_lost_is_taken_once_by_a_restarted_server() {
    for lost in [FaultKind::ResetAfter, FaultKind::TimeoutAfter] {
        let world = world().await;
        let of = world.approve(1, "pm_card_visa").await;
        assert_eq!(world.books().0, 0, "approved is held, not taken");
        world.fault(lost.clone(), 3, "stripe.capture");
        assert!(matches!(world.finish(1, &of).await, Outcome::Unknown(_)), "{lost:?}");
        assert_eq!(world.books().0, 4_500, "the simulator captured it");
        let restarted = client(&format!("{}/stripe/", world.base), DEMO.secret_key, DEMO.webhook_secret, Clock::System);
        let asked = Asked { attempt_ref: attempt(1), started: Some(of.clone()) };
        let found = restarted.inquire(&asked, eur(4_500)).await;
        assert!(matches!(&found, Outcome::Done(Standing::Captured(captured)) if captured.amount == eur(4_500)), "{found:?}");
        let taken = captured(restarted.finish(&key(1), &of, &ask(1, eur(4_500))).await);
        assert_eq!((taken.amount, world.books().0), (eur(4_500), 4_500), "taken once");
    }
}

/// Killed before the capture was sent: what is held is found as such, and taken by the restarted server under the same key.
#[tokio::test]
async fn what_was_held_when_the_server_was_killed_is_taken_by_the_restarted_one() {
    let world = world().await;
    let of = world.approve(1, "pm_card_visa").await;
    world.fault(FaultKind::ResetBefore, 3, "stripe.capture");
    assert!(matches!(world.finish(1, &of).await, Outcome::Unknown(_)));
    assert_eq!(world.books().0, 0);
    let restarted = client(&format!("{}/stripe/", world.base), DEMO.secret_key, DEMO.webhook_secret, Clock::System);
    for _again in 0..2 {
        let taken = captured(restarted.finish(&key(1), &of, &ask(1, eur(4_500))).await);
        assert_eq!((taken.amount, world.books().0), (eur(4_500), 4_500));
    }
}
