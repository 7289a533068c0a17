//! Notices: header lines, an empty line and a body, as a stranger may post them: kept and read back as they are stored, and read by
//! every processor that sends any (stripe.md §9, paypal-rest.md §9, paypal-express-checkout.md §11).
#![no_main]

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use lectern::domain::time::Timestamp;
use lectern::server::flows::notices::{kept_headers, restored_headers};
use lectern::server::payments::nvp::ipn::{Ipn, Named};
use lectern::server::payments::orders::{notice as orders, settings::Environment};
use lectern::server::payments::payflow::silent_post;
use lectern::server::payments::stripe::{notice as stripe, settings::Mode};
use libfuzzer_sys::fuzz_target;
use reqwest::Url;

/// Around the recorded examples' time.
const NOW: Timestamp = Timestamp::from_seconds(1_767_225_605);

fuzz_target!(|data: &[u8]| {
    let at = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = at.map_or((data, &[][..]), |at| (&data[..at], &data[at + 2..]));
    let headers: HeaderMap = head
        .split(|b| *b == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|b| *b == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            Some((name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?))
        })
        .collect();
    // What is stored says the same to whoever verifies it later.
    let restored = restored_headers(&kept_headers(&headers));
    let secrets = || ["whsec_vectors_0001_made_up", "whsec_old"].into_iter();
    let verified = stripe::verify(&headers, body, secrets(), NOW);
    assert!(verified.is_err() || stripe::verify(&restored, body, secrets(), NOW).is_ok());
    for mode in [Mode::Test, Mode::Live] {
        let _ = stripe::read(body, mode);
    }
    let base = Url::parse("http://127.0.0.1:3001/paypal").expect("an address");
    for environment in [Environment::Live, Environment::Sandbox, Environment::Here] {
        if let Ok(signature) = orders::Signature::of(&headers, environment, &base, NOW)
            && let Ok((event, _)) = orders::read(body)
        {
            // Spliced in as it came, and nothing beside it: the question ends with the event that was posted.
            let question = signature.question("7XK12345AB678901C", event);
            assert!(question.ends_with(&format!(",\"webhook_event\":{event}}}")) && question.starts_with("{\"auth_algo\":"));
        }
    }
    let _ = (orders::read(body), silent_post::read(&headers, body));
    if let Some(ipn) = Ipn::read(body) {
        let _ = (ipn.notice(Named::Custom), ipn.notice(Named::Invoice));
    }
});
