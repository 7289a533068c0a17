//! A circuit breaker: a processor that fails again and again is left alone for a while, so that buyers are told at once and not
//! after a minute. Then one call may try; its success opens the line for everybody.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

#[derive(Clone, Copy, Debug)]
enum State {
    /// So many failures in a row.
    Passing(u32),
    /// Nobody calls before then; the first one after it tries for all.
    Resting(Instant),
}

/// Counts failures in a row.
#[derive(Debug)]
pub(super) struct Breaker {
    failures_max: u32,
    rest: Duration,
    state: Mutex<State>,
}

impl Breaker {
    /// One that rests for `rest` after `failures_max` failures in a row.
    pub(super) fn new(failures_max: u32, rest: Duration) -> Self {
        Self { failures_max, rest, state: Mutex::new(State::Passing(0)) }
    }

    /// Whether a call may be made now.
    pub(super) fn lets_pass(&self) -> bool {
        self.lets_pass_at(Instant::now())
    }

    fn lets_pass_at(&self, now: Instant) -> bool {
        let mut state = self.lock();
        match *state {
            State::Passing(_) => true,
            State::Resting(until) if now < until => false,
            // This call tries; the others wait for its ending, or for another rest.
            State::Resting(_) => {
                *state = State::Resting(now + self.rest);
                true
            }
        }
    }

    pub(super) fn succeeded(&self) {
        *self.lock() = State::Passing(0);
    }

    pub(super) fn failed(&self) {
        let mut state = self.lock();
        *state = match *state {
            State::Passing(failures) if failures + 1 < self.failures_max => State::Passing(failures + 1),
            State::Passing(_) => State::Resting(Instant::now() + self.rest),
            State::Resting(until) => State::Resting(until),
        };
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // One assignment cannot be left half done by a panic elsewhere.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_after_failures_and_lets_one_try() {
        let breaker = Breaker::new(3, Duration::from_secs(20));
        for _ in 0..3 {
            assert!(breaker.lets_pass());
            breaker.failed();
        }
        assert!(!breaker.lets_pass(), "resting");
        let later = Instant::now() + Duration::from_secs(21);
        assert!(breaker.lets_pass_at(later), "one may try");
        assert!(!breaker.lets_pass_at(later), "and only one");
        breaker.succeeded();
        assert!(breaker.lets_pass() && breaker.lets_pass());
    }

    #[test]
    fn failures_between_successes_do_not_add_up() {
        let breaker = Breaker::new(2, Duration::from_secs(20));
        for _ in 0..10 {
            breaker.failed();
            breaker.succeeded();
        }
        assert!(breaker.lets_pass());
    }
}
