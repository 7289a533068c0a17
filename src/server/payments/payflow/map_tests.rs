//! Every code of the sheet's table, codes of no table, and the fields that can turn an approval into a doubt.

use super::*;
use proptest::prelude::*;

const CALLS: [Call; 4] = [Call::Sale, Call::Authorise, Call::Capture, Call::Credit];

fn reply(text: &str) -> Reply {
    Reply::read(text.as_bytes()).expect("a readable reply")
}

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn sale(text: &str) -> Answer {
    read_moving(Call::Sale, &reply(text), usd(2500))
}

/// payflow-pro.md §10, first column.
const LISTED: &str = "1 2 3 4 5 6 7 8 9 10 11 12 13 19 20 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 50 51 52 99 100 101 102 103 104 105 106 107 108 \
    109 110 111 112 113 114 115 116 117 118 120 121 122 125 126 127 128 131 132 133 150 151 160 161 162 170 200 201 402 403 404 600 601 1000 1001 1052 \
    -1 -2 -5 -8 -11 -31 -32 -6 -7 -20 -28 -40 -41 -99 -100 -103 -105 -9 -10 -12 -13 -106 -109 -111 -113 -14 -15 -29 -30";

#[test]
fn no_listed_code_but_zero_is_a_success_and_every_one_is_known() {
    for code in LISTED.split_whitespace() {
        let text = format!("RESULT={code}&PNREF=V27D8A4F222A&RESPMSG=text&AUTHCODE=048261&AMT=25.00");
        let number: i32 = code.parse().expect("a number");
        for call in CALLS {
            assert_ne!(judge(call, number, None), Verdict::Unlisted, "{code}");
            let answer = read_moving(call, &reply(&text), usd(2500));
            assert!(!matches!(answer, Answer::Done(_) | Answer::Verify(_)), "{code}: {answer:?}");
        }
        assert!(!matches!(read_void(&reply(&text)), Outcome::Done(())), "{code}");
        let inquiry = read_inquiry(&reply(&format!("{text}&ORIGRESULT=0&ORIGPNREF=V27D8A4F222A&TRANSSTATE=6")), usd(2500));
        assert!(!matches!(inquiry, Outcome::Done(Standing::Captured(_) | Standing::Authorised(_))), "{code}: {inquiry:?}");
        let original = read_inquiry(
            &reply(&format!("RESULT=0&PNREF=V6027F2A2310&RESPMSG=a&ORIGRESULT={code}&ORIGPNREF=V27D8A4F222A&TRANSSTATE=6&AMT=25.00")),
            usd(2500),
        );
        assert!(!matches!(original, Outcome::Done(Standing::Captured(_) | Standing::Authorised(_))), "{code}: {original:?}");
    }
}

#[test]
fn declines_come_in_classes_a_buyer_can_act_on() {
    use DeclineClass as D;
    for (code, class) in [
        (12, D::Refused),
        (13, D::Refused),
        (22, D::Details),
        (23, D::Details),
        (24, D::Details),
        (50, D::Funds),
        (51, D::Funds),
        (112, D::Details),
        (114, D::Details),
        (118, D::FraudCheck),
        (125, D::FraudCheck),
        (128, D::FraudCheck),
    ] {
        let answer = sale(&format!("RESULT={code}&PNREF=V27D8A4F222A&RESPMSG=x"));
        assert_eq!(answer, Answer::Declined(Decline { class, code: code.to_string() }));
    }
    let stray = sale("RESULT=114&PNREF=V27D8A4F222A&RESPMSG=CVV2 Mismatch: 15004-No&AUTHCODE=010101");
    assert!(matches!(stray, Answer::VoidStray { stray, decline } if stray.as_str() == "V27D8A4F222A" && decline.code == "114/15004"));
}

#[test]
fn what_was_not_acted_on_may_be_tried_again() {
    for code in [102, 106, 115, 116] {
        assert_eq!(sale(&format!("RESULT={code}&RESPMSG=x")), Answer::NotActed(Fault::Unavailable { code: code.to_string() }));
    }
    for code in [11, 103, 104, 107, 109, 133, 150, 151, 404] {
        assert_eq!(
            sale(&format!("RESULT={code}&PNREF=V27D8A4F222A&RESPMSG=x")),
            Answer::Unknown(Doubt::ProcessorUnsure { code: code.to_string() })
        );
    }
    for code in [1, 26, 170] {
        assert_eq!(sale(&format!("RESULT={code}&RESPMSG=x")), Answer::NotActed(Fault::Misconfigured { code: code.to_string() }));
    }
}

#[test]
fn an_approval_of_something_else_is_not_one() {
    let ok = "RESULT=0&PNREF=V27D8A4F222A&RESPMSG=Approved";
    assert!(matches!(sale(ok), Answer::Done(_)));
    assert!(matches!(
        sale(&format!("{ok}&AMT=25.00&ACCT=1111&CARDTYPE=0")),
        Answer::Done(Booked { card: Some(CardSeen { brand: Some(Brand::Visa), .. }), .. })
    ));
    for more in [
        "AMT=24.99",
        "AMT=2500",
        "AMT=25",
        "AMT=",
        "AMT=25.00&CURRENCY=EUR",
        "AMT=250.00",
        "AMT=-25.00",
        "AMT=24.99&ORIGAMT=26.00",
        "ORIGAMT=25.00",
        "AMT=30.00&ORIGAMT=25.00",
    ] {
        assert!(matches!(sale(&format!("{ok}&{more}")), Answer::Unknown(Doubt::Mismatch { .. })), "{more}");
    }
    assert!(matches!(
        sale(&format!("{ok}&AMT=20.00&ORIGAMT=25.00&BALAMT=0.00")),
        Answer::VoidPart { decline: Decline { class: DeclineClass::Funds, .. }, .. }
    ));
    assert!(matches!(sale(&format!("{ok}&AMT=99.00&DUPLICATE=1")), Answer::Unknown(Doubt::Mismatch { .. })));
    assert!(matches!(sale(&format!("{ok}&DUPLICATE=1")), Answer::Verify(_)));
    assert!(matches!(sale(&format!("{ok}&AMT=25.00&DUPLICATE=1")), Answer::Done(_)));
    assert!(matches!(sale(&format!("{ok}&DUPLICATE=-1")), Answer::Done(_)));
    for duplicate in ["2", "3", "x", ""] {
        assert_eq!(sale(&format!("{ok}&AMT=25.00&DUPLICATE={duplicate}")), Answer::Unknown(Doubt::OtherPayment), "{duplicate}");
    }
    for pnref in ["RESULT=0&RESPMSG=Approved", "RESULT=0&PNREF=V27D8&RESPMSG=Approved", "RESULT=0&PNREF=V27D8A4 222A&RESPMSG=Approved"] {
        assert_eq!(sale(pnref), Answer::Unknown(Doubt::Unreadable), "{pnref}");
    }
    for pending in ["echeck", "multi-currency", "multicurrency", "paymentreview", "authorization", "whatever"] {
        assert_eq!(sale(&format!("{ok}&PENDINGREASON={pending}")), Answer::Unknown(Doubt::Pending), "{pending}");
    }
    assert!(matches!(sale(&format!("{ok}&PENDINGREASON=completed")), Answer::Done(_)));
    assert!(matches!(read_moving(Call::Authorise, &reply(&format!("{ok}&PENDINGREASON=authorization")), usd(2500)), Answer::Done(_)));
}

#[test]
fn inquiries_tell_by_the_originals_codes() {
    let inquire = |result: &str, state: i32, amount: &str| {
        let text =
            format!("RESULT=0&PNREF=V6027F2A2310&TRANSSTATE={state}&ORIGRESULT={result}&ORIGPNREF=V27899A3FAFA&RESPMSG=x&AMT={amount}");
        read_inquiry(&reply(&text), usd(2500))
    };
    for state in [6, 7, 8, 9, 106, 206] {
        let found = inquire("0", state, "25.00");
        assert!(matches!(&found, Outcome::Done(Standing::Captured(c)) if c.reference.as_str() == "V27899A3FAFA"), "{state}: {found:?}");
    }
    assert!(matches!(inquire("0", 3, "25.00"), Outcome::Done(Standing::Authorised(_))));
    for state in [1, 1003, 1006] {
        assert!(matches!(inquire("0", state, "25.00"), Outcome::Done(Standing::Declined(DeclineClass::Refused))), "{state}");
    }
    for state in [10, 11, 12, 14, 15] {
        assert!(matches!(inquire("0", state, "25.00"), Outcome::Unknown(Doubt::Reversed { .. })), "{state}");
    }
    assert!(matches!(inquire("0", 6, "25.01"), Outcome::Unknown(Doubt::Mismatch { .. })));
    assert!(matches!(inquire("12", 1, "25.00"), Outcome::Done(Standing::Declined(DeclineClass::Refused))));
    assert!(matches!(inquire("126", 3, "25.00"), Outcome::Done(Standing::Pending)));
    assert!(matches!(inquire("104", 1, "25.00"), Outcome::Done(Standing::Pending)));
    assert!(matches!(inquire("151", 1, "25.00"), Outcome::Done(Standing::Declined(DeclineClass::TryLater))));
    assert!(matches!(inquire("30", 1, "25.00"), Outcome::Unknown(Doubt::OtherPayment)));
    assert!(matches!(inquire("x", 6, "25.00"), Outcome::Unknown(Doubt::Unreadable)));
    for code in [19, 20] {
        assert!(matches!(
            read_inquiry(&reply(&format!("RESULT={code}&PNREF=V6027F2A2310&RESPMSG=x")), usd(1)),
            Outcome::Done(Standing::NotFound)
        ));
    }
    for code in [1, 26, 104, 99, 777] {
        let answer = read_inquiry(&reply(&format!("RESULT={code}&RESPMSG=x")), usd(1));
        assert!(!matches!(answer, Outcome::Done(_)), "{code}: {answer:?}");
    }
}

#[test]
fn paypals_code_is_found_inside_the_text() {
    for (text, code) in [
        ("Declined: 15005-This transaction cannot be processed.", Some(15005)),
        ("Generic processor error: 10001 - Timeout processing request", Some(10001)),
        ("Field format error:10736-x", Some(10736)),
        ("Note: see: 10486-x", Some(10486)),
        ("Declined", None),
        ("Declined: 1500-x", None),
        ("Declined: 150055-x", None),
        ("Declined: 15005", None),
    ] {
        assert_eq!(reply(&format!("RESULT=12&RESPMSG={text}")).inner_code(), code, "{text}");
    }
    assert!(matches!(sale("RESULT=1000&PNREF=V27D8A4F222A&RESPMSG=Generic processor error: 10417-x"), Answer::Declined(_)));
    for unsure in ["Generic processor error: 10001-Internal Error", "Generic processor error", "Generic processor error: 10999-new"] {
        assert!(matches!(sale(&format!("RESULT=1000&RESPMSG={unsure}")), Answer::Unknown(_)), "{unsure}");
    }
}

#[test]
fn yen_are_read_without_their_hundredths() {
    assert_eq!(amount_from_wire("500.00", Currency::JPY), Some(Money::from_minor(500, Currency::JPY)));
    for bad in ["500.50", "500", "", ".00", "5,00.00", "5.0", "5.000", "1e2.00", "9999999999999.00"] {
        assert_eq!(amount_from_wire(bad, Currency::JPY), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn only_zero_can_succeed(code in any::<i32>().prop_filter("zero is the approval", |c| *c != 0), inner in prop::option::of(10_000..20_000_u32), duplicate in prop::option::of(-1..4_i32)) {
        let result = code % 1_000_000;
        prop_assume!(result != 0);
        let inner = inner.map(|i| format!(": {i}-x")).unwrap_or_default();
        let duplicate = duplicate.map(|d| format!("&DUPLICATE={d}")).unwrap_or_default();
        let text = format!("RESULT={result}&PNREF=V27D8A4F222A&RESPMSG=Approved{inner}&AUTHCODE=048261&AMT=25.00{duplicate}");
        for call in CALLS {
            let answer = read_moving(call, &reply(&text), usd(2500));
            prop_assert!(!matches!(answer, Answer::Done(_) | Answer::Verify(_)), "{:?}", answer);
        }
        prop_assert!(!matches!(read_void(&reply(&text)), Outcome::Done(())));
        prop_assert!(!matches!(read_inquiry(&reply(&text), usd(2500)), Outcome::Done(Standing::Captured(_) | Standing::Authorised(_))));
    }

    #[test]
    fn amounts_print_as_they_are_read(minor in 1..9_999_999_999_i64) {
        for currency in [Currency::USD, Currency::JPY] {
            let money = Money::from_minor(minor, currency);
            if let Some(wire) = crate::server::payments::payflow::request::amount_to_wire(money) {
                prop_assert_eq!(amount_from_wire(&wire, currency), Some(money));
            }
        }
    }
}
