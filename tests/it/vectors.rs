//! Nothing of the recorded examples is left out: every case of `vectors*.json` is handled as client and as simulator by a test that
//! says so, or stands in a list here with the reason why not.
//!
//! The tests that compare a case note it with [`seen`]; the one below runs them all and looks for what nobody noted.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use super::{express_vectors, orders_vectors, payflow_vectors, stripe_vectors, wpp_uk_vectors};

/// Which of our two sides a case was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Our client: the request built, the reply or message understood.
    Client,
    /// Our simulator: the request understood, the reply or message made.
    Simulator,
}

static SEEN: Mutex<BTreeSet<(Side, String)>> = Mutex::new(BTreeSet::new());

/// A case was compared.
pub fn seen(side: Side, name: &str) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert((side, name.to_owned()));
}

/// Where the examples are: `LECTERN_VECTORS`, else `../shared/protocols`, else the copies in `tests/vectors`.
pub fn folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = here.join("../shared/protocols");
    match std::env::var_os("LECTERN_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None if shared.is_dir() => shared,
        None => here.join("tests/vectors"),
    }
}

/// Every file's cases, and what else is in it.
pub fn files() -> Vec<(Vec<Value>, Value)> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        fixtures: Value,
        vectors: Vec<Value>,
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the vectors' folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if name.starts_with("vectors") && name.ends_with(".json") {
            let file: File = serde_json::from_str(&std::fs::read_to_string(&path).expect("readable")).expect("vectors");
            files.push((file.vectors, file.fixtures));
        }
    }
    assert!(files.len() >= 2, "{}", folder().display());
    files
}

/// Rooms, which no processor is.
const NOT_PAYMENTS: [&str; 2] = ["bigbluebutton", "jitsi"];

/// Secure tokens and the messages of hosted pages: with the tests of the transparent redirect.
const SECURE_TOKENS: [&str; 5] = [
    "pf-create-secure-token",
    "pf-inquiry-by-secure-token",
    "pf-silent-post-inbound",
    "pf-hosted-return-approved",
    "pf-hosted-return-token-expired",
];

/// Express Checkout through Payflow (`TENDER=P`), which this product does not offer: Express Checkout has an interface of its own.
/// As client it is only checked that no such reply could pass for a sale.
const EXPRESS_OVER_PAYFLOW: [&str; 6] = [
    "pf-express-set",
    "pf-express-get",
    "pf-express-do-completed",
    "pf-express-do-echeck-pending",
    "pf-express-do-funding-failure",
    "pf-express-do-referral-means-redirect",
];

/// As client, recorded replies. The simulator makes such trouble for real, in `behaviour::lost`: a page in place of an answer, none at
/// all. The sequences are about what a reader makes of messages that were sent before.
const NOT_ANSWERED: [&str; 4] = [
    "paypal.capture.unavailable_html",
    "paypal.capture.timeout",
    "paypal.webhook.sequence_dup_and_reordered",
    "stripe.webhook.sequence_dup_and_reordered",
];

fn is_left_out(side: Side, name: &str) -> bool {
    SECURE_TOKENS.contains(&name) || (side == Side::Simulator && (EXPRESS_OVER_PAYFLOW.contains(&name) || NOT_ANSWERED.contains(&name)))
}

#[test]
fn every_case_is_handled_on_both_sides() {
    payflow_vectors::every_reply_means_what_the_sheet_says();
    payflow_vectors::the_simulator_answers_as_its_tables_say();
    payflow_vectors::the_simulator_answers_what_follows_a_payment();
    express_vectors::every_reply_means_what_the_sheet_says();
    express_vectors::every_notice_is_echoed_byte_for_byte();
    express_vectors::the_simulator_answers_every_vector();
    wpp_uk_vectors::every_reply_means_what_the_sheet_says();
    wpp_uk_vectors::the_simulator_answers_every_vector();
    orders_vectors::run_all();
    stripe_vectors::every_answer_means_what_the_sheet_says();
    stripe_vectors::every_webhook_is_taken_or_refused_as_recorded();
    stripe_vectors::duplicates_and_disorder_point_at_one_payment();
    stripe_vectors::the_simulator_signs_as_recorded();
    stripe_vectors::every_request_gets_the_recorded_answer();
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (mut cases, mut compared, mut missing) = (0, [0, 0], Vec::new());
    for (vectors, _) in files() {
        for v in vectors {
            let owner = v["processor"].as_str().or(v["provider"].as_str()).unwrap_or_default().to_owned();
            if NOT_PAYMENTS.contains(&owner.as_str()) {
                continue;
            }
            cases += 1;
            let name = v["name"].as_str().expect("a name");
            for (n, side) in [Side::Client, Side::Simulator].into_iter().enumerate() {
                let was_seen = seen.contains(&(side, name.to_owned()));
                compared[n] += usize::from(was_seen);
                if !was_seen && !is_left_out(side, name) {
                    missing.push(format!("{owner} {name} as {side:?}"));
                }
            }
        }
    }
    println!("{cases} cases: {} compared as client, {} as simulator", compared[0], compared[1]);
    assert!(missing.is_empty(), "{} of {cases} cases are left out:\n{}", missing.len(), missing.join("\n"));
    assert!(cases >= 194, "only {cases} cases");
}
