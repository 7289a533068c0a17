//! Whether a slow processor is felt by those who pay nothing: a steady stream of pages alone, and the same stream beside many buyers
//! who all wait for their processor.

use std::{cell::Cell, collections::BTreeMap, time::Duration};

use bytes::Bytes;
use hyper::Method;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::{Failure, Span, http, journey, line, spread::Spread};

/// How long the processor takes.
const ANSWERS_AFTER_MS: u32 = 2_000;
/// Readers, and how often each asks for a page: a stream that does not grow when answers are quick.
const READERS: usize = 8;
const EVERY: Duration = Duration::from_millis(40);
/// Buyers come within this time, not in the same millisecond.
const ARRIVE_WITHIN: Duration = Duration::from_millis(2_000);

/// The pages alone, the pages beside `buyers`, what paying took; then how many paid and how many were told to try again.
pub async fn measure(address: &str, simulators: &str, slug: &str, buyers: usize, length: Duration) -> Result<String, Failure> {
    let alone = pages(address, slug, "alone", Span::new(length)).await?;
    let mut control = http::Line::open(simulators).await?;
    let fault = format!("{{\"kind\":\"slow\",\"ms\":{ANSWERS_AFTER_MS},\"times\":{}}}", u32::MAX);
    let json = [("content-type", "application/json")];
    answered(control.send(Method::POST, "/control/faults", &json, Bytes::from(fault)).await?.status)?;
    let (paid, busy) = (Cell::new(0_u32), Cell::new(0_u32));
    let span = Span::new(length + ARRIVE_WITHIN);
    let buying = (0..buyers).map(|number| {
        let (paid, busy) = (&paid, &busy);
        async move {
            let mut buyer = journey::Buyers::new(http::Line::open(address).await?, slug, number);
            let mut pay = Spread::default();
            sleep(ARRIVE_WITHIN * u32::try_from(number)? / u32::try_from(buyers)?).await;
            while span.goes_on() {
                match buyer.try_to_buy().await? {
                    Some(took) => {
                        paid.set(paid.get() + 1);
                        took.into_iter().filter(|(name, _)| *name == "pay").for_each(|(_, time)| pay.add(time));
                    }
                    None => busy.set(busy.get() + 1),
                }
            }
            Ok::<_, Failure>(pay)
        }
    });
    let (beside, pays) = futures::future::try_join(pages(address, slug, "beside", span), futures::future::try_join_all(buying)).await?;
    answered(control.send(Method::DELETE, "/control/faults", &[], Bytes::new()).await?.status)?;
    let mut spreads = BTreeMap::from([("alone", alone), ("beside", beside)]);
    for pay in pays {
        spreads.entry("pay").or_default().join(pay);
    }
    Ok(format!("{}\t{}\t{}", line(length, spreads, &["alone", "beside", "pay"])?, paid.get(), busy.get()))
}

fn answered(status: u16) -> Result<(), Failure> {
    if (200..300).contains(&status) { Ok(()) } else { Err(format!("the simulators' control answers {status}").into()) }
}

/// The catalogue and the session's page in turn, at a pace of their own.
async fn pages(address: &str, slug: &str, what: &str, span: Span) -> Result<Spread, Failure> {
    let paths = ["/".to_owned(), format!("/s/{slug}")];
    let readers = (0..READERS).map(|number| {
        let paths = &paths;
        async move {
            let mut reader = http::Line::open(address).await?;
            let (mut spread, mut ticks) = (Spread::default(), interval(EVERY));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            sleep(EVERY * u32::try_from(number)? / u32::try_from(READERS)?).await;
            for path in paths.iter().cycle() {
                if !span.goes_on() {
                    break;
                }
                ticks.tick().await;
                let began = Instant::now();
                let status = reader.get(path).await?.status;
                if status != 200 {
                    return Err(format!("GET {path} {what}: {status}").into());
                }
                if span.holds(began) {
                    spread.add(began.elapsed());
                }
            }
            Ok::<_, Failure>(spread)
        }
    });
    let mut all = Spread::default();
    for spread in futures::future::try_join_all(readers).await? {
        all.join(spread);
    }
    Ok(all)
}
