//! Rules of the limiters.

use super::*;

const OUTSIDE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn limits(addresses: Addresses) -> (Limits, Clock) {
    let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
    (Limits::new(clock.clone(), addresses), clock)
}

fn wait(result: Result<(), Refusal>) -> i64 {
    match result {
        Err(Refusal::TooManyTries { wait_seconds }) => wait_seconds,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn the_eleventh_promo_miss_waits_until_the_first_is_ten_minutes_old() {
    let (limits, clock) = limits(Addresses::AllButLoopback);
    for _ in 0..10 {
        assert_eq!(limits.promo("order", HERE), Ok(()));
        assert_eq!(limits.promo_miss("order", HERE), Ok(()));
        clock.advance_seconds(6);
    }
    assert_eq!(wait(limits.promo("order", HERE)), 541);
    assert_eq!(limits.promo("another order", HERE), Ok(()), "a legitimate buyer is not affected");
    clock.advance_seconds(540);
    assert_eq!(limits.promo("order", HERE), Ok(()));
}

#[test]
fn one_address_is_limited_over_all_orders_unless_it_is_the_demo_machine() {
    for (addresses, ip, expected) in
        [(Addresses::All, HERE, false), (Addresses::AllButLoopback, HERE, true), (Addresses::AllButLoopback, OUTSIDE, false)]
    {
        let (limits, _) = limits(addresses);
        let all_passed = (0..200).all(|n| limits.payment(&format!("order {n}"), &format!("form {n}"), ip).is_ok());
        assert_eq!(all_passed, expected, "{addresses:?} {ip}");
    }
}

#[test]
fn a_guessed_account_waits_longer_and_longer_up_to_half_an_hour() {
    let (limits, clock) = limits(Addresses::AllButLoopback);
    for _ in 0..10 {
        assert_eq!(limits.sign_in("ana@example.com", HERE), Ok(()));
    }
    let mut waits = vec![];
    for _ in 0..9 {
        let seconds = wait(limits.sign_in("ana@example.com", HERE));
        waits.push(seconds - 1);
        clock.advance_seconds(seconds);
        assert_eq!(limits.sign_in("ana@example.com", HERE), Ok(()));
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
    assert_eq!(limits.sign_in("dan@example.com", HERE), Ok(()));
    clock.advance_seconds(24 * 3600);
    for _ in 0..10 {
        assert_eq!(limits.sign_in("ana@example.com", HERE), Ok(()), "a day of peace forgives");
    }
}

#[test]
fn a_refused_try_does_not_prolong_the_wait() {
    let (limits, clock) = limits(Addresses::AllButLoopback);
    for _ in 0..10 {
        limits.sign_in("ana@example.com", HERE).unwrap();
    }
    let first = wait(limits.sign_in("ana@example.com", HERE));
    clock.advance_seconds(10);
    assert_eq!(wait(limits.sign_in("ana@example.com", HERE)), first - 10);
}

#[test]
fn success_clears_the_account_and_gives_the_address_its_try_back() {
    let (limits, _) = limits(Addresses::All);
    for n in 0..100 {
        limits.sign_in("ana@example.com", OUTSIDE).unwrap_or_else(|e| panic!("try {n}: {e}"));
        limits.sign_in_succeeded("ana@example.com", OUTSIDE);
    }
}

#[test]
fn guessing_one_password_on_many_accounts_is_limited_by_address() {
    let (limits, _) = limits(Addresses::All);
    let passed = (0..100).filter(|n| limits.sign_in(&format!("p{n}@example.com"), OUTSIDE).is_ok()).count();
    assert_eq!(passed, 30);
}

#[test]
fn a_customers_ipv6_network_is_one_address() {
    let (limits, _) = limits(Addresses::All);
    let passed = (0..100u128)
        .filter(|n| limits.sign_in(&format!("p{n}@example.com"), IpAddr::V6(((0x2001_0db8u128 << 96) | n).into())).is_ok())
        .count();
    assert_eq!(passed, 30);
}

#[test]
fn wrong_registration_ids_are_limited_by_address() {
    let (limits, _) = limits(Addresses::All);
    for n in 0..10 {
        assert_eq!(limits.code_miss(&format!("guess {n}"), OUTSIDE), Ok(()));
    }
    assert!(wait(limits.code("the real one", OUTSIDE)) > 500);
}

#[test]
fn a_form_sent_a_hundred_times_is_one_press() {
    let (limits, _) = limits(Addresses::All);
    assert!((0..100).all(|_| limits.payment("order", "form", OUTSIDE).is_ok()));
    let pressed = (1..100).filter(|n| limits.payment("order", &format!("form {n}"), OUTSIDE).is_ok()).count();
    assert_eq!(pressed, PAYMENTS_PER_ORDER.max - 1);
}
