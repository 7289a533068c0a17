//! Tries per account, order and network address: what slows down guessing passwords, promo codes and card numbers.
//!
//! Counts live in memory and in the injected clock's time. They are per node and end with the process, which is enough to make
//! guessing slow; the limits that guard money (declines per order) are counted in the database by the flows.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use crate::domain::{form::Refusal, time::Timestamp};

/// At most `max` tries within any `seconds`.
#[derive(Clone, Copy, Debug)]
struct Rule {
    max: usize,
    seconds: i64,
}

const TEN_MINUTES: i64 = 600;
/// Sign-ins from one address that did not succeed.
const SIGN_INS_PER_ADDRESS: Rule = Rule { max: 30, seconds: TEN_MINUTES };
/// Unknown promo codes per order (spec PRM-19: more than 10 in 10 minutes).
const PROMO_MISSES_PER_ORDER: Rule = Rule { max: 10, seconds: TEN_MINUTES };
/// Unknown promo codes per address: several buyers may share one.
const PROMO_MISSES_PER_ADDRESS: Rule = Rule { max: 50, seconds: TEN_MINUTES };
/// Pay buttons pressed for one order.
const PAYMENTS_PER_ORDER: Rule = Rule { max: 20, seconds: TEN_MINUTES };
/// Pay buttons pressed from one address.
const PAYMENTS_PER_ADDRESS: Rule = Rule { max: 60, seconds: TEN_MINUTES };
/// Unguessable codes guessed wrong (registration ids, registration passwords) per object.
const CODE_MISSES_PER_OBJECT: Rule = Rule { max: 100, seconds: TEN_MINUTES };
/// The same per address (spec REG-2: 10 tries in 10 minutes).
const CODE_MISSES_PER_ADDRESS: Rule = Rule { max: 10, seconds: TEN_MINUTES };

/// Failed sign-ins of one account that cost nothing.
const FREE_FAILURES: u32 = 10;
const FIRST_DELAY_SECONDS: i64 = 30;
const LOCK_SECONDS_MAX: i64 = 30 * 60;
/// A day of peace forgives, so that one mistake a week does not add up to a lock. Longer than the longest lock, or waiting for
/// its end would buy ten more guesses.
const FORGIVEN_AFTER_SECONDS: i64 = 24 * 3600;
const KEYS_MAX: usize = 100_000;

/// Whom limits per address bind. Limits per account and order bind everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// Every address.
    All,
    /// Every address but this machine's own: the demo takes its load from one machine.
    AllButLoopback,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    SignInAddress(IpAddr),
    PromoOrder(String),
    PromoAddress(IpAddr),
    PaymentForm(String),
    PaymentOrder(String),
    PaymentAddress(IpAddr),
    CodeObject(String),
    CodeAddress(IpAddr),
}

/// Failed sign-ins of one account since the last success.
#[derive(Clone, Copy, Debug)]
struct Strikes {
    failures: u32,
    last: Timestamp,
}

impl Strikes {
    /// 30 s after the tenth failure, then twice as long each time, up to 30 minutes.
    fn free_at(self) -> Timestamp {
        if self.failures < FREE_FAILURES {
            return self.last;
        }
        let doublings = (self.failures - FREE_FAILURES).min(10);
        self.last.plus_seconds((FIRST_DELAY_SECONDS << doublings).min(LOCK_SECONDS_MAX))
    }
}

#[derive(Default)]
struct Counts {
    tries: HashMap<Key, VecDeque<Timestamp>>,
    accounts: HashMap<String, Strikes>,
}

/// The limiters, shared by all requests.
pub struct Limits {
    clock: Clock,
    addresses: Addresses,
    counts: Mutex<Counts>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl Limits {
    /// No tries counted yet.
    pub fn new(clock: Clock, addresses: Addresses) -> Self {
        Self { clock, addresses, counts: Mutex::default() }
    }

    /// Counts a sign-in before its password is looked at, so that parallel tries are counted too;
    /// [`Limits::sign_in_succeeded`] takes it back. `account` is the address typed, normalised, whether it exists or not.
    ///
    /// # Errors
    /// `TooManyTries`; such a try is not counted.
    pub fn sign_in(&self, account: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        if let Some(strikes) = counts.accounts.get(account) {
            refuse_until(now, strikes.free_at())?;
        }
        if let Some(ip) = self.bound(ip) {
            counts.count(Key::SignInAddress(ip), SIGN_INS_PER_ADDRESS, now)?;
        }
        counts.strike(account, now);
        Ok(())
    }

    /// The password was right: the account starts afresh, and the address gets its try back.
    pub fn sign_in_succeeded(&self, account: &str, ip: IpAddr) {
        let mut counts = self.lock();
        counts.accounts.remove(account);
        if let Some(ip) = self.bound(ip) {
            counts.take_back(&Key::SignInAddress(ip));
        }
    }

    /// Whether promo codes may be tried on this order. Look before asking the database; nothing is counted.
    ///
    /// # Errors
    /// `TooManyTries` after too many misses.
    pub fn promo(&self, order: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        counts.look(&Key::PromoOrder(order.to_owned()), PROMO_MISSES_PER_ORDER, now)?;
        self.bound(ip).map_or(Ok(()), |ip| counts.look(&Key::PromoAddress(ip), PROMO_MISSES_PER_ADDRESS, now))
    }

    /// Counts a promo code that does not exist.
    ///
    /// # Errors
    /// `TooManyTries` when it was one too many.
    pub fn promo_miss(&self, order: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        let by_order = counts.count(Key::PromoOrder(order.to_owned()), PROMO_MISSES_PER_ORDER, now);
        let by_address = self.bound(ip).map_or(Ok(()), |ip| counts.count(Key::PromoAddress(ip), PROMO_MISSES_PER_ADDRESS, now));
        by_order.and(by_address)
    }

    /// Counts a press of the pay button. `form` is the form's key: however often one form arrives, it is one press, and each
    /// arrival is to be answered as the first was (spec.md CHK-5).
    ///
    /// # Errors
    /// `TooManyTries`.
    pub fn payment(&self, order: &str, form: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        let form = Key::PaymentForm(form.to_owned());
        if counts.tries.contains_key(&form) {
            return Ok(());
        }
        counts.count(Key::PaymentOrder(order.to_owned()), PAYMENTS_PER_ORDER, now)?;
        self.bound(ip).map_or(Ok(()), |ip| counts.count(Key::PaymentAddress(ip), PAYMENTS_PER_ADDRESS, now))?;
        counts.count(form, PAYMENTS_PER_ORDER, now)
    }

    /// Whether a code that should not be guessable may be tried: a registration id, a registration password. `object` is what
    /// it opens; nothing is counted.
    ///
    /// # Errors
    /// `TooManyTries` after too many misses.
    pub fn code(&self, object: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        counts.look(&Key::CodeObject(object.to_owned()), CODE_MISSES_PER_OBJECT, now)?;
        self.bound(ip).map_or(Ok(()), |ip| counts.look(&Key::CodeAddress(ip), CODE_MISSES_PER_ADDRESS, now))
    }

    /// Counts a wrong code.
    ///
    /// # Errors
    /// `TooManyTries` when it was one too many.
    pub fn code_miss(&self, object: &str, ip: IpAddr) -> Result<(), Refusal> {
        let now = self.clock.now();
        let mut counts = self.lock();
        let by_object = counts.count(Key::CodeObject(object.to_owned()), CODE_MISSES_PER_OBJECT, now);
        let by_address = self.bound(ip).map_or(Ok(()), |ip| counts.count(Key::CodeAddress(ip), CODE_MISSES_PER_ADDRESS, now));
        by_object.and(by_address)
    }

    /// The address to count under, or none when it is exempt. An IPv6 customer has a whole /64, so that is one address.
    fn bound(&self, ip: IpAddr) -> Option<IpAddr> {
        let ip = ip.to_canonical();
        if self.addresses == Addresses::AllButLoopback && ip.is_loopback() {
            return None;
        }
        Some(match ip {
            IpAddr::V4(_) => ip,
            IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn look(&mut self, key: &Key, rule: Rule, now: Timestamp) -> Result<(), Refusal> {
        let Some(tries) = self.tries.get_mut(key) else { return Ok(()) };
        while tries.front().is_some_and(|t| t.plus_seconds(rule.seconds) <= now) {
            tries.pop_front();
        }
        match tries.front() {
            Some(oldest) if tries.len() >= rule.max => refuse_until(now, oldest.plus_seconds(rule.seconds)),
            Some(_) | None => Ok(()),
        }
    }

    fn count(&mut self, key: Key, rule: Rule, now: Timestamp) -> Result<(), Refusal> {
        self.look(&key, rule, now)?;
        self.make_room(now);
        self.tries.entry(key).or_default().push_back(now);
        Ok(())
    }

    fn take_back(&mut self, key: &Key) {
        if let Some(tries) = self.tries.get_mut(key) {
            tries.pop_back();
        }
    }

    fn strike(&mut self, account: &str, now: Timestamp) {
        self.make_room(now);
        let strikes = self.accounts.entry(account.to_owned()).or_insert(Strikes { failures: 0, last: now });
        if strikes.last.plus_seconds(FORGIVEN_AFTER_SECONDS) <= now {
            strikes.failures = 0;
        }
        *strikes = Strikes { failures: strikes.failures.saturating_add(1), last: now };
    }

    /// Forgets what no longer counts when there is too much of it; then, under a flood of new keys, everything.
    fn make_room(&mut self, now: Timestamp) {
        if self.tries.len() >= KEYS_MAX {
            self.tries.retain(|_, tries| tries.back().is_some_and(|t| t.plus_seconds(TEN_MINUTES) > now));
            if self.tries.len() >= KEYS_MAX {
                self.tries.clear();
            }
        }
        if self.accounts.len() >= KEYS_MAX {
            self.accounts.retain(|_, strikes| strikes.last.plus_seconds(FORGIVEN_AFTER_SECONDS) > now);
            if self.accounts.len() >= KEYS_MAX {
                // Keep those under a lock: a flood of invented names must not free the one being guessed.
                self.accounts.retain(|_, strikes| strikes.failures >= FREE_FAILURES);
            }
        }
    }
}

/// Refuses before `at`, telling how many whole seconds to wait.
fn refuse_until(now: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at <= now { Ok(()) } else { Err(Refusal::TooManyTries { wait_seconds: now.seconds_until(at).max(0) + 1 }) }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
