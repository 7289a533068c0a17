//! The demo's tenants abroad: merchants of other countries, who sell through the processors that Acme cannot have, in their own
//! currency and language. Each has a site administrator, a host and a few sessions on sale.

use super::{
    Demo,
    catalogue::{PLAIN, Start, Talk, UsagePaid},
    people,
    processors::{self, Setup},
    sessions, site,
};
use crate::{
    domain::{
        estimate::Audio,
        ids::SiteId,
        money::Currency,
        pricing::{Percent, Tax, TaxMode},
        role::Role,
        text::Lang,
        time::Timestamp,
    },
    server::{
        failure::Failure,
        state::App,
        store::{db::Tx, site::Site, site_admin, site_admin::DivisionRow},
    },
};

/// A tenant.
pub(super) struct Tenant {
    pub host: &'static str,
    name: &'static str,
    seller: &'static str,
    support_email: &'static str,
    refund_policy: &'static str,
    country: &'static str,
    currency: Currency,
    lang: Lang,
    time_zone: &'static str,
    /// Name and hundredths of a percent of the tax that fees include, if any.
    tax: Option<(&'static str, u32)>,
    /// The administrator and the host: address and name.
    people: [(&'static str, &'static str); 2],
    division: &'static str,
    processors: fn() -> Vec<Setup>,
    talks: &'static [Talk],
}

pub(super) const TENANTS: &[Tenant] = &[
    Tenant {
        host: "us.localhost",
        name: "Cascade Learning",
        seller: "Cascade Learning LLC, 400 Pine Street, Seattle, WA 98101, USA",
        support_email: "help@cascade-learning.example",
        refund_policy: "Full refund up to 24 hours before the start. After that, your seat is yours to give to anyone you like.",
        country: "US",
        currency: Currency::USD,
        lang: Lang::En,
        time_zone: "America/Los_Angeles",
        tax: None,
        people: [("admin@us.demo.test", "Morgan Reyes"), ("host@us.demo.test", "Taylor Brooks")],
        division: "Workshops",
        processors: processors::cascade,
        talks: CASCADE_TALKS,
    },
    Tenant {
        host: "uk.localhost",
        name: "Thames Training",
        seller: "Thames Training Ltd, 18 Bankside, London SE1 9JA, United Kingdom, VAT GB 123 4567 89",
        support_email: "bookings@thames-training.example",
        refund_policy: "Cancel up to 14 days after booking, or up to 48 hours before the start, and we return the whole fee. Later than that you may send a colleague in your place.",
        country: "GB",
        currency: Currency::GBP,
        lang: Lang::En,
        time_zone: "Europe/London",
        tax: Some(("VAT", 2_000)),
        people: [("admin@uk.demo.test", "Harriet Doyle"), ("host@uk.demo.test", "Owen Pritchard")],
        division: "Open courses",
        processors: processors::thames,
        talks: THAMES_TALKS,
    },
    Tenant {
        host: "eu.localhost",
        name: "Danube Seminars",
        seller: "Danube Seminars SRL, Strada Domnească 24, 800008 Galați, România, CUI RO23456789",
        support_email: "salut@danube-seminars.example",
        refund_policy: "Puteți renunța până cu 48 de ore înainte de începere și primiți înapoi întreaga taxă. Mai târziu, puteți trimite un coleg în locul dumneavoastră, fără costuri. Dacă anulăm noi seminarul, vă returnăm toți banii fără să fie nevoie să îi cereți.",
        country: "RO",
        currency: Currency::EUR,
        lang: Lang::Ro,
        time_zone: "Europe/Bucharest",
        tax: Some(("TVA", 2_100)),
        people: [("admin@eu.demo.test", "Ioana Cazacu"), ("host@eu.demo.test", "Matei Florescu")],
        division: "Seminarii deschise",
        processors: processors::danube,
        talks: DANUBE_TALKS,
    },
];

/// What the sessions abroad share: nothing sold yet, no usage paid.
const COMING: Talk = Talk { usage: UsagePaid::No, ..PLAIN };

const CASCADE_TALKS: &[Talk] = &[
    Talk {
        slug: "meetings-worth-having",
        topic: "Meetings worth having",
        zone: "America/Los_Angeles",
        start: Start::Day(8, 9, 0),
        minutes: 60,
        seats: 2_000,
        fee: 4_900,
        description: "Half of your meetings could be a page of text, and the other half deserve better. Bring last week's calendar: we cancel two meetings, shorten three, and rewrite the invitation of the one that matters.\n\nYou leave with an agenda that ends in decisions and a polite way to say no.",
        ..COMING
    },
    Talk {
        slug: "data-storytelling",
        topic: "One chart, one sentence",
        zone: "America/New_York",
        start: Start::Day(16, 13, 0),
        minutes: 90,
        seats: 60,
        fee: 8_900,
        expected: (40, 20),
        description: "A chart that needs explaining is two charts. We take the figures you already have, find the sentence they support, and draw only that. With honest axes, colors that survive a projector, and a quiet goodbye to the pie.",
        ..COMING
    },
    Talk {
        slug: "software-contracts",
        topic: "Reading a software contract before you sign",
        zone: "America/Los_Angeles",
        start: Start::Day(27, 10, 30),
        minutes: 120,
        seats: 40,
        fee: 12_500,
        audio: Audio::CallIn,
        description: "Renewal dates, data you cannot take with you, and the limit of liability on page nineteen. For team leads who sign without a lawyer in the room: what to look for, what to ask for, and when to call one after all.",
        ..COMING
    },
];

const THAMES_TALKS: &[Talk] = &[
    Talk {
        slug: "plain-english-at-work",
        topic: "Plain English at work",
        zone: "Europe/London",
        start: Start::Day(7, 10, 0),
        minutes: 75,
        seats: 2_000,
        fee: 4_500,
        description: "Say what you mean, then stop. We rewrite a tenancy notice, a complaint reply and a board paper until a tired reader understands each of them the first time.\n\nPlease send one page of your own beforehand; names will be removed.",
        ..COMING
    },
    Talk {
        slug: "chairing-difficult-meetings",
        topic: "Chairing difficult meetings",
        zone: "Europe/London",
        start: Start::Day(13, 14, 0),
        minutes: 90,
        seats: 24,
        fee: 6_500,
        expected: (25, 25),
        audio: Audio::CallBack,
        description: "Two people talk, twelve wait, and the clock is on nobody's side. Practise opening with the question, hearing the quiet half of the room, and closing an item that will not close itself. Every participant chairs once.",
        ..COMING
    },
    Talk {
        slug: "employment-law-refresher",
        topic: "Employment law: a refresher for line managers",
        zone: "Europe/London",
        start: Start::Day(22, 9, 30),
        minutes: 120,
        seats: 80,
        fee: 9_500,
        description: "Flexible working requests, probation, sickness absence and the conversation you have been putting off. What you must do, what you may do, and what belongs in writing, with this year's changes.",
        ..COMING
    },
];

const DANUBE_TALKS: &[Talk] = &[
    Talk {
        slug: "finantari-europene",
        topic: "Finanțări europene: de la idee la cerere",
        lang: "ro",
        start: Start::Day(8, 17, 0),
        minutes: 120,
        seats: 2_000,
        fee: 6_000,
        description: "Ce apeluri sunt deschise, cum citiți un ghid al solicitantului fără să vă pierdeți în anexe și cum arată un buget pe care evaluatorul îl crede. Lucrăm pe o cerere reală, câștigată și apoi verificată.\n\nPentru firme mici, ONG-uri și primării. Nu este nevoie de experiență.",
        ..COMING
    },
    Talk {
        slug: "comunicare-in-echipe-mixte",
        topic: "Comunicare în echipe cu mai multe limbi",
        lang: "ro",
        start: Start::Day(15, 16, 30),
        minutes: 90,
        seats: 30,
        fee: 4_500,
        description: "Când jumătate din echipă lucrează în a doua limbă, tăcerea nu înseamnă acord. Exersăm ședințe în care toată lumea apucă să vorbească, mesaje scrise care nu se pot citi în două feluri și glume care nu lasă pe nimeni pe dinafară.",
        ..COMING
    },
    Talk {
        slug: "costuri-pentru-firme-mici",
        topic: "Costurile unei firme mici, pe o singură pagină",
        lang: "ro",
        start: Start::Day(24, 10, 0),
        minutes: 150,
        seats: 40,
        fee: 8_000,
        expected: (30, 18),
        audio: Audio::CallIn,
        description: "Care dintre produse aduce bani și care doar ocupă timpul? Împărțim cheltuielile în fixe și variabile, calculăm pragul de rentabilitate și construim o pagină de urmărit lunar, pe cifrele dumneavoastră.",
        ..COMING
    },
];

/// Writes a tenant down, open for business.
pub(super) async fn add(app: &App, tx: &mut Tx, tenant: &'static Tenant, password_hash: &str, now: Timestamp) -> Result<(), Failure> {
    let clock = &app.clock;
    let id: SiteId = clock.id();
    let site = tenant.site(id);
    site_admin::insert_site(tx, &site, now).await?;
    let division = DivisionRow { id: clock.id(), name: tenant.division.to_owned(), tracking_code: "OPEN".to_owned(), budget_minor: None };
    let address = tenant.seller.split_once(", ").map_or(tenant.seller, |(_, address)| address);
    site_admin::insert_division(tx, id, &division, address, now).await?;
    let [(admin, admin_name), (host, host_name)] = tenant.people;
    let admin = people::one(tx, clock, (admin, admin_name, Role::SiteAdmin), Some(id), None, password_hash, now).await?;
    let host = people::one(tx, clock, (host, host_name, Role::Host), Some(id), Some(division.id), password_hash, now).await?;
    let rate_card = site::configure(app, tx, &site, admin, now).await?;
    processors::add(app, tx, id, (tenant.processors)(), now).await?;
    let demo = Demo { clock, now, site, admin, hosts: [host; 2], divisions: [division.id; 2], rate_card };
    sessions::add(tx, &demo, tenant.talks).await?;
    Ok(())
}

impl Tenant {
    fn site(&self, id: SiteId) -> Site {
        let tax = self.tax.and_then(|(name, hundredths)| {
            let rate = Percent::from_hundredths(hundredths)?;
            Some(Tax { name: name.to_owned(), rate, mode: TaxMode::Included })
        });
        Site {
            host: self.host.to_owned(),
            name: self.name.to_owned(),
            seller: self.seller.to_owned(),
            support_email: Some(self.support_email.to_owned()),
            refund_policy: self.refund_policy.to_owned(),
            currency: Some(self.currency),
            merchant_country: Some(self.country.to_owned()),
            lang: self.lang,
            time_zone: self.time_zone.to_owned(),
            tax,
            ..site::acme(id)
        }
    }
}
