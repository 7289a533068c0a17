//! A purchase as a buyer without scripts makes it: five requests, each answer checked, paid at the end.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use tokio::time::Instant;

use super::{
    Failure,
    http::{Answer, Line},
};

/// Buyers one after the other, on one connection.
pub struct Buyers {
    line: Line,
    slug: String,
    names: Names,
}

/// Names that no other buyer of this run or another has.
pub struct Names {
    run: u128,
    worker: usize,
    count: usize,
}

impl Names {
    pub fn new(worker: usize) -> Self {
        #[expect(clippy::disallowed_methods, reason = "a load client, not the product: names differ from run to run")]
        let run = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        Self { run, worker, count: 0 }
    }

    pub fn next(&mut self) -> String {
        self.count += 1;
        format!("{:x}-{}-{}", self.run, self.worker, self.count)
    }
}

impl Buyers {
    pub fn new(line: Line, slug: &str, worker: usize) -> Self {
        Self { line, slug: slug.to_owned(), names: Names::new(worker) }
    }

    /// Session page, registration, *Payment Information*, payment, confirmation. Answers how long all of it took, and two parts.
    pub async fn buy(&mut self) -> Result<Vec<(&'static str, Duration)>, Failure> {
        self.try_to_buy().await?.ok_or_else(|| "the processor was too busy".into())
    }

    /// The same; nothing when the processor was too busy, nothing was charged and the seat is still held for another try.
    pub async fn try_to_buy(&mut self) -> Result<Option<Vec<(&'static str, Duration)>>, Failure> {
        let began = Instant::now();
        self.line.cookies.clear();
        let name = self.names.next();
        let email = format!("{name}@example.com");

        let session = expect(self.line.get(&format!("/s/{}", self.slug)).await?, 200, "the session's page")?;
        if !session.body.contains("data-field=\"fee\"") {
            return Err("the session's page shows no fee".into());
        }

        let before_register = Instant::now();
        let register = format!("/s/{}/register", self.slug);
        let held = expect(self.line.post_form(&register, &[("name", &name), ("email", &email)]).await?, 303, "registering")?;
        let registered = before_register.elapsed();
        self.line.cookies = held.cookies;
        let order = held.location.strip_prefix("/checkout/").ok_or_else(|| format!("registering leads to {}", held.location))?.to_owned();

        let checkout = expect(self.line.get(&format!("/checkout/{order}")).await?, 200, "payment information")?;
        let key = input(&checkout.body, "attempt_key")?;
        let version = input(&checkout.body, "quote_version")?;
        let form = [
            ("attempt_key", key),
            ("quote_version", version),
            ("method", "card"),
            ("card_number", "4111 1111 1111 1111"),
            ("card_expiry", "12 / 34"),
            ("card_csc", "123"),
            ("card_name", "Ada Lovelace"),
            ("billing_line1", "12 St James's Square"),
            ("billing_city", "London"),
            ("billing_postcode", "SW1Y 4JH"),
            ("billing_country", "GB"),
            ("accept_terms", "1"),
        ];

        let before_pay = Instant::now();
        let answer = self.line.post_form(&format!("/checkout/{order}/pay"), &form).await?;
        let paid = before_pay.elapsed();
        if answer.status == 503 {
            let held = expect(self.line.get(&format!("/checkout/{order}")).await?, 200, "the seat of a buyer who was told to try again")?;
            input(&held.body, "attempt_key")?;
            return Ok(None);
        }
        expect(answer, 303, "paying")?;

        let confirmation = expect(self.line.get(&format!("/order/{order}")).await?, 200, "the order's page")?;
        if !confirmation.body.contains("data-state=\"paid\"") || !confirmation.body.contains("data-field=\"registration_id\"") {
            return Err(format!("order {order} is not confirmed").into());
        }
        Ok(Some(vec![("journey", began.elapsed()), ("register", registered), ("pay", paid)]))
    }
}

/// A sale as our Payflow client asks for it, at the simulator alone: what paying takes besides our own work.
pub async fn sale_at_gateway(line: &mut Line, names: &mut Names) -> Result<(), Failure> {
    let name = names.next();
    let body = format!(
        "PARTNER=PayPal&VENDOR=lectern-demo&USER=lectern-demo&PWD=Simulator-2026&TRXTYPE=S&TENDER=C&ACCT=4111111111111111&EXPDATE=1234\
         &CVV2=123&AMT=100.00&CURRENCY=EUR&INVNUM={name}&CUSTREF={name}&VERBOSITY=HIGH"
    );
    let headers = [("content-type", "text/namevalue"), ("x-vps-request-id", name.as_str()), ("x-vps-client-timeout", "45")];
    let answer = line.send(Method::POST, "/payflow/", &headers, Bytes::from(body)).await?;
    let answer = expect(answer, 200, "a sale")?;
    if answer.body.starts_with("RESULT=0&") { Ok(()) } else { Err(format!("the simulator answers {}", answer.body).into()) }
}

fn expect(answer: Answer, status: u16, what: &str) -> Result<Answer, Failure> {
    if answer.status == status {
        return Ok(answer);
    }
    let start: String = answer.body.chars().filter(|c| !c.is_control()).take(300).collect();
    Err(format!("{what}: {} instead of {status}: {} {start}", answer.status, answer.location).into())
}

/// The value of the hidden input called `name`.
fn input<'h>(html: &'h str, name: &str) -> Result<&'h str, Failure> {
    let missing = || format!("the page has no input {name}");
    let at = html.find(&format!("name=\"{name}\"")).ok_or_else(missing)?;
    let (before, after) = html.split_at(at);
    let start = before.rfind('<').ok_or_else(missing)?;
    let end = at + after.find('>').ok_or_else(missing)?;
    let tag = html.get(start..end).ok_or_else(missing)?;
    let (_, value) = tag.split_once("value=\"").ok_or_else(missing)?;
    Ok(value.split('"').next().unwrap_or_default())
}
