//! Where fuzzing starts: the recorded examples, in the shape that each target reads.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

/// As in `fuzz_targets/stripe.rs` and `orders.rs`: the first byte chooses the status.
const STRIPE: [u64; 12] = [200, 201, 400, 401, 402, 403, 404, 409, 424, 429, 500, 302];
const ORDERS: [u64; 12] = [200, 201, 400, 401, 403, 404, 409, 415, 422, 429, 500, 204];
/// As in `fuzz_targets/simulators.rs`: the first byte chooses the call.
const PAYFLOW_CALL: u8 = 1;
const EXPRESS_CALL: u8 = 2;
const WPP_UK_CALL: u8 = 3;
const STRIPE_CALL: u8 = 4;
const ORDERS_CALL: u8 = 5;

const FORMS: [&str; 22] = [
    "4111 1111 1111 1111",
    "378282246310005",
    "6759649826438453",
    "12 / 30",
    "042026",
    "739",
    "49.90",
    "1.234,50",
    "1,234.50",
    "-12'345.678",
    "\u{2212}1 234,5",
    "99999999999999999.99",
    "0.001",
    "ana@example.com",
    "Ștefania Țîru",
    "TRAIN20",
    "2026-11-23T09:00",
    "ro-RO,ro;q=0.9,en;q=0.8",
    "a\u{202e}b",
    "",
    "attempt_key=0123456789abcdef0123&quote_version=1&method=card&card_number=4111+1111+1111+1111&card_expiry=12%2F30&card_csc=123\
        &card_name=Ana+Pop&billing_line1=1+Elm&billing_city=Cluj&billing_postcode=400001&billing_country=ro&accept_terms=on",
    "attempt_key=0123456789abcdef0123&quote_version=1&method=paypal&accept_terms=1",
];

/// Writes them all below `corpus`, over those of last time.
///
/// # Errors
/// When the examples cannot be read or the folder cannot be written.
pub fn write(corpus: &Path) -> Result<()> {
    for vector in read("vectors.json")? {
        name_value(corpus, &vector)?;
    }
    for vector in read("vectors-modern.json")? {
        json(corpus, &vector)?;
    }
    for (n, text) in FORMS.iter().enumerate() {
        put(corpus, "forms", &format!("typed-{n}"), text.as_bytes())?;
    }
    Ok(())
}

fn read(name: &str) -> Result<Vec<Value>> {
    let path = super::vectors().join(name);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut file: Value = serde_json::from_str(&text)?;
    serde_json::from_value(file["vectors"].take()).with_context(|| format!("{} has no vectors", path.display()))
}

fn put(corpus: &Path, target: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let folder = corpus.join(target);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("seed-{name}"));
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Payflow's and the NVP API's: one body each way.
fn name_value(corpus: &Path, vector: &Value) -> Result<()> {
    let (name, processor) = (text(&vector["name"]), text(&vector["processor"]));
    let (target, call) = match processor {
        "payflow-pro" => ("payflow", PAYFLOW_CALL),
        "paypal-express-checkout" => ("nvp", EXPRESS_CALL),
        _ => ("nvp", WPP_UK_CALL),
    };
    for (way, body) in [("request", text(&vector["wire_request"])), ("response", text(&vector["wire_response"]))] {
        put(corpus, target, &format!("{name}-{way}"), body.as_bytes())?;
        if text(&vector["direction"]) != "outbound" {
            put(corpus, "notices", &format!("{name}-{way}"), format!("content-type: x\n\n{body}").as_bytes())?;
        }
    }
    let own = ["PARTNER", "VENDOR", "USER", "PWD", "SIGNATURE", "VERSION", "VERBOSITY"];
    let fields = vector["request"].as_object().into_iter().flatten().filter(|(field, _)| !own.contains(&field.as_str()));
    let fields: Vec<String> = fields
        .map(|(field, value)| match call {
            PAYFLOW_CALL => format!("{field}[{}]={}", text(value).len(), text(value)),
            _ => format!("{field}={}", text(value)),
        })
        .collect();
    let body = fields.join(if call == PAYFLOW_CALL { "&" } else { "\n" });
    put(corpus, "simulators", name, &[[call].as_slice(), body.as_bytes()].concat())
}

/// Stripe's and PayPal Orders': a status and JSON, or a notice with its headers.
fn json(corpus: &Path, vector: &Value) -> Result<()> {
    let name = text(&vector["name"]).replace('.', "-");
    let (target, statuses, call, below) = match text(&vector["provider"]) {
        "stripe" => ("stripe", STRIPE, STRIPE_CALL, "/v1/"),
        "paypal" => ("orders", ORDERS, ORDERS_CALL, "/v2/"),
        _ => return Ok(()),
    };
    let (request, response) = (&vector["wire_request"], &vector["wire_response"]);
    let body = text(&request["body"]);
    if text(&vector["direction"]) == "inbound" {
        let headers = request["headers"].as_object().into_iter().flatten();
        let head: String = headers.map(|(field, value)| format!("{}: {}\n", field.to_ascii_lowercase(), text(value))).collect();
        return put(corpus, "notices", &name, format!("{head}\n{body}").as_bytes());
    }
    if let Some(status) = response["status"].as_u64() {
        let at = statuses.iter().position(|known| *known == status).and_then(|at| u8::try_from(at).ok()).unwrap_or_default();
        put(corpus, target, &name, &[[at].as_slice(), text(&response["body"]).as_bytes()].concat())?;
    }
    let path = text(&request["url"]).split(below).nth(1).unwrap_or_default();
    let line = format!("{} {path}\n{body}", text(&request["method"]));
    put(corpus, "simulators", &name, &[[call].as_slice(), line.as_bytes()].concat())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_starts_from_something() -> Result<()> {
        let corpus = std::env::temp_dir().join(format!("lectern-seeds-{}", std::process::id()));
        write(&corpus)?;
        for target in super::super::TARGETS {
            assert!(fs::read_dir(corpus.join(target))?.count() >= 5, "{target}");
        }
        fs::remove_dir_all(corpus)?;
        Ok(())
    }
}
