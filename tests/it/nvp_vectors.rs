//! The recorded examples of PayPal's NVP API, `vectors*.json`: from the folder `LECTERN_VECTORS`, else `../shared/protocols`, else the
//! copies in `tests/vectors`. Here all of them go through both codecs, byte for byte; what they mean is checked per product.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use lectern::domain::{
    money::{Currency, Money},
    time::Timestamp,
};
use lectern::server::clock::Clock;
use lectern::server::payments::nvp::{amount::from_wire, codec::Fields, reply::Reply};
use lectern::server::sandbox::{
    Account, Sandbox, SandboxConfig, Switches,
    nvp::{reply::encode, signature},
    router,
};
use serde::Deserialize;
use tower::ServiceExt as _;

use super::{nvp_world::decoded, vectors::files};

#[derive(Clone, Debug, Deserialize)]
pub struct Vector {
    pub name: String,
    pub call: String,
    pub direction: String,
    #[serde(default)]
    pub inbound_body: Option<String>,
    pub request: BTreeMap<String, String>,
    field_order: Vec<String>,
    pub wire_request: String,
    pub http_status: Option<u16>,
    pub wire_response: Option<String>,
    #[serde(default)]
    pub transport_error: Option<String>,
    pub expect: Expect,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Expect {
    pub outcome: String,
    pub code: String,
    #[serde(default)]
    pub processor_ref: Option<String>,
    pub action: String,
    #[serde(default)]
    pub outcome_unknown: Option<bool>,
    #[serde(default)]
    pub redirect_url: Option<String>,
    #[serde(default)]
    pub payer_id: Option<String>,
    #[serde(default)]
    pub response_fields: Option<BTreeMap<String, String>>,
}

impl Vector {
    pub fn field(&self, name: &str) -> &str {
        self.request.get(name).map_or("", String::as_str)
    }

    pub fn reply(&self) -> Reply {
        let body = self.wire_response.as_ref().unwrap_or_else(|| panic!("{} has a reply", self.name));
        Reply::read(body.as_bytes()).unwrap_or_else(|| panic!("{}: {body}", self.name))
    }

    /// The amount asked for, or told.
    pub fn money(&self) -> Money {
        let told = self.expect.response_fields.clone().unwrap_or_default();
        let of = |names: &[&str]| names.iter().find_map(|n| self.request.get(*n).or_else(|| told.get(*n))).cloned();
        let currency = of(&["PAYMENTREQUEST_0_CURRENCYCODE", "CURRENCYCODE", "L_CURRENCYCODE0"]).unwrap_or_else(|| "USD".to_owned());
        let currency: Currency = currency.parse().expect("a currency");
        let amount = of(&["PAYMENTREQUEST_0_AMT", "AMT", "GROSSREFUNDAMT", "L_AMT0"]).unwrap_or_else(|| "1.00".to_owned());
        from_wire(&amount, currency).unwrap_or_else(|| panic!("{}: {amount}", self.name))
    }
}

/// Every vector of a processor, of which there must be `count`.
pub fn vectors(processor: &str, count: usize) -> Vec<Vector> {
    let all = files().into_iter().flat_map(|(vectors, _)| vectors).filter(|v| v["processor"] == processor);
    let all: Vec<Vector> = all.map(|v| serde_json::from_value::<Vector>(v).expect("a vector")).collect();
    assert_eq!(all.len(), count, "vectors of {processor}");
    all
}

pub fn express() -> Vec<Vector> {
    vectors("paypal-express-checkout", 36)
}

pub fn wpp_uk() -> Vec<Vector> {
    vectors("paypal-website-payments-pro-uk", 23)
}

#[test]
fn every_request_is_written_and_read_byte_for_byte() {
    let all: Vec<Vector> = express().into_iter().chain(wpp_uk()).collect();
    for v in &all {
        let mut fields = Fields::default();
        v.field_order.iter().for_each(|name| fields.set(name.as_str(), &v.request[name]));
        assert_eq!(String::from_utf8_lossy(&fields.encode()), v.wire_request, "{}", v.name);
        assert_eq!(decoded(&v.wire_request), v.request, "{}", v.name);
    }
    assert_eq!(all.len(), 59);
}

#[test]
fn every_reply_is_read_and_written_byte_for_byte() {
    let mut checked = 0;
    for v in express().into_iter().chain(wpp_uk()) {
        let (Some(wire), Some(wanted)) = (&v.wire_response, &v.expect.response_fields) else { continue };
        let reply = v.reply();
        for (name, value) in wanted {
            assert_eq!(reply.get(name).unwrap_or_default(), value, "{}: {name}", v.name);
        }
        let fields = Fields::decode(wire.as_bytes()).expect("readable");
        let pairs: Vec<(String, String)> = fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(pairs.len(), wanted.len(), "{}", v.name);
        assert_eq!(&encode(&pairs), wire, "{}: as the simulator writes it", v.name);
        checked += 1;
    }
    // One without a reply, a page, and two single words.
    assert_eq!(checked, 55);
}

/// The account of the vectors.
pub const SELLER: &str = "seller_api1.fernlea.example";
const SELLER_SIGNATURE: &str = "AxQ7mT2vKdP9sLwE4nBzR6cYhU1oJgF8iXt3aVkM5eWqZyDpN0rCbS-H";

/// A simulator with the vectors' account, at the vectors' time.
pub fn simulator() -> Arc<Sandbox> {
    let account =
        Account { partner: String::new(), vendor: SELLER.to_owned(), user: SELLER.to_owned(), password: "QK7T2M9XW4ZC8VBN".to_owned() };
    // 2026-03-04T09:15:07Z.
    let clock = Clock::manual(Timestamp::from_seconds(1_772_615_707));
    let switches = Switches { hang_ms: 0, ..Switches::default() };
    Sandbox::new(SandboxConfig { accounts: vec![account], journal: None, switches, clock }).expect("in memory")
}

pub fn negative_testing(sandbox: &Sandbox) {
    sandbox.set(Switches { hang_ms: 0, negative_testing: true, ..Switches::default() });
}

/// What the simulator answers: status, where it sends the browser, body.
pub async fn post(sandbox: &Arc<Sandbox>, path: &str, body: &str) -> (u16, String, String) {
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    // A simulated account's signature follows from its name.
    let body = body.replace(SELLER_SIGNATURE, &signature(SELLER));
    let response = router(Arc::clone(sandbox)).oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
    let location = response.headers().get("location").and_then(|l| l.to_str().ok()).unwrap_or_default().to_owned();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, location, String::from_utf8(bytes.to_vec()).expect("text"))
}

/// The simulator's reply is the vector's, but for what differs every time.
pub fn check_same(v: &Vector, ours: &str, also_differs: &[&str]) {
    let (ours, theirs) = (decoded(ours), v.expect.response_fields.as_ref().expect("a reply"));
    let names = |fields: &BTreeMap<String, String>| fields.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ours), names(theirs), "{}", v.name);
    for (name, value) in theirs {
        let differs = ["TOKEN", "CORRELATIONID", "PAYERID", "AUTHORIZATIONID", "RECEIVERID", "RECEIVEREMAIL"].contains(&name.as_str())
            || ["TRANSACTIONID", "TRANSACTIONID0", "ORDERTIME", "L_TIMESTAMP0", "SECUREMERCHANTACCOUNTID"]
                .iter()
                .any(|end| name.ends_with(end));
        if also_differs.contains(&name.as_str()) {
            assert_eq!(ours[name].is_empty(), value.is_empty(), "{}: {name}", v.name);
        } else if differs {
            assert_eq!(ours[name].len(), value.len(), "{}: {name} has the same form", v.name);
        } else {
            assert_eq!(&ours[name], value, "{}: {name}", v.name);
        }
    }
}
