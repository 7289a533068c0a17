//! The load client of `cargo xtask bench`: buyers without scripts, over real HTTP, that check every answer.
//!
//! It stands here and not in xtask because it needs an HTTP client and database drivers, which every cold machine would
//! otherwise compile before anything else. One thread drives all buyers, so that most of the machine is left to the server.
//!
//! Each command prints one line of tab-separated numbers: count, seconds, then milliseconds at 50, 95 and 99 %, in groups.

use std::{collections::BTreeMap, env, process::ExitCode, time::Duration};

use tokio::time::Instant;

#[path = "load/commits.rs"]
mod commits;
#[path = "load/http.rs"]
mod http;
#[path = "load/journey.rs"]
mod journey;
#[path = "load/slow.rs"]
mod slow;
#[path = "load/spread.rs"]
mod spread;

use spread::Spread;

/// Whatever went wrong, in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "load journeys ADDRESS SLUG BUYERS SECONDS   whole purchases
load pages ADDRESS PATH CONNECTIONS SECONDS   one page, again and again
load gateway ADDRESS CONNECTIONS SECONDS      sales at the payment simulator alone
load slow ADDRESS SIMULATORS SLUG BUYERS SECONDS   pages alone, then beside buyers whose processor takes 2 s
load commits DATABASE CLIENTS SECONDS         bare durable commits
load seats DATABASE SLUG SEATS                makes a session large enough";

/// Before anything is counted: connections, caches and the allocator get ready.
const WARM_UP: Duration = Duration::from_millis(1_000);

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ran = runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(run()));
    match ran {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("load: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<String, Failure> {
    let args: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["journeys", address, slug, buyers, seconds] => journeys(address, slug, buyers.parse()?, seconds_of(seconds)?).await,
        ["pages", address, path, connections, seconds] => pages(address, path, connections.parse()?, seconds_of(seconds)?).await,
        ["gateway", address, connections, seconds] => gateway(address, connections.parse()?, seconds_of(seconds)?).await,
        ["slow", address, simulators, slug, buyers, seconds] => {
            slow::measure(address, simulators, slug, buyers.parse()?, seconds_of(seconds)?).await
        }
        ["commits", database, clients, seconds] => commits::measure(database, clients.parse()?, seconds_of(seconds)?).await,
        ["seats", database, slug, seats] => commits::set_seats(database, slug, seats.parse()?).await,
        _ => Err(USAGE.into()),
    }
}

fn seconds_of(text: &str) -> Result<Duration, Failure> {
    Ok(Duration::from_secs_f64(text.parse()?))
}

/// From when to when a run counts.
#[derive(Clone, Copy)]
struct Span {
    from: Instant,
    until: Instant,
}

impl Span {
    fn new(length: Duration) -> Self {
        let from = Instant::now() + WARM_UP;
        Self { from, until: from + length }
    }

    fn goes_on(self) -> bool {
        Instant::now() < self.until
    }

    /// Counted when it began and ended inside.
    fn holds(self, began: Instant) -> bool {
        began >= self.from && self.goes_on()
    }
}

/// Runs `one` as often as time allows, `parallel` times side by side, and gathers what each measured under its names.
async fn repeat<S, M, F>(parallel: usize, length: Duration, start: M, one: F) -> Result<BTreeMap<&'static str, Spread>, Failure>
where
    M: AsyncFn(usize) -> Result<S, Failure>,
    F: AsyncFn(&mut S) -> Result<Vec<(&'static str, Duration)>, Failure>,
{
    let span = Span::new(length);
    let workers = (0..parallel).map(|number| {
        let (start, one) = (&start, &one);
        async move {
            let mut spreads = BTreeMap::<&'static str, Spread>::new();
            let mut state = start(number).await?;
            while span.goes_on() {
                let began = Instant::now();
                let took = one(&mut state).await?;
                if span.holds(began) {
                    for (name, time) in took {
                        spreads.entry(name).or_default().add(time);
                    }
                }
            }
            Ok::<_, Failure>(spreads)
        }
    });
    let mut all = BTreeMap::<&'static str, Spread>::new();
    for spreads in futures::future::try_join_all(workers).await? {
        for (name, spread) in spreads {
            all.entry(name).or_default().join(spread);
        }
    }
    Ok(all)
}

fn line(length: Duration, mut spreads: BTreeMap<&'static str, Spread>, names: &[&'static str]) -> Result<String, Failure> {
    let mut columns = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let spread = spreads.get_mut(name).ok_or_else(|| format!("nothing was measured in {} s", length.as_secs_f64()))?;
        if i == 0 {
            columns.push(spread.count().to_string());
            columns.push(format!("{:.3}", length.as_secs_f64()));
        }
        columns.extend([50, 95, 99].map(|percent| format!("{:.3}", spread.ms(percent))));
    }
    Ok(columns.join("\t"))
}

async fn journeys(address: &str, slug: &str, buyers: usize, length: Duration) -> Result<String, Failure> {
    let start = async |number: usize| Ok(journey::Buyers::new(http::Line::open(address).await?, slug, number));
    let spreads = repeat(buyers, length, start, async |buyers: &mut journey::Buyers| buyers.buy().await).await?;
    line(length, spreads, &["journey", "register", "pay"])
}

async fn pages(address: &str, path: &str, connections: usize, length: Duration) -> Result<String, Failure> {
    let start = async |_: usize| http::Line::open(address).await;
    let spreads = repeat(connections, length, start, async |line: &mut http::Line| {
        let began = Instant::now();
        let answer = line.get(path).await?;
        if answer.status != 200 {
            return Err(format!("GET {path}: {}", answer.status).into());
        }
        Ok(vec![("page", began.elapsed())])
    });
    let bytes = http::Line::open(address).await?.get(path).await?.body.len();
    Ok(format!("{}\t{bytes}", line(length, spreads.await?, &["page"])?))
}

async fn gateway(address: &str, connections: usize, length: Duration) -> Result<String, Failure> {
    let start = async |number: usize| Ok((http::Line::open(address).await?, journey::Names::new(number)));
    let spreads = repeat(connections, length, start, async |(line, names): &mut (http::Line, journey::Names)| {
        let began = Instant::now();
        journey::sale_at_gateway(line, names).await?;
        Ok(vec![("sale", began.elapsed())])
    });
    line(length, spreads.await?, &["sale"])
}
