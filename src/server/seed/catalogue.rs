//! The demo site's sessions, as a training provider would write them. Days count from today in the session's own zone, so the
//! catalogue never goes stale.

use crate::domain::{
    estimate::Audio,
    session::{Listing, SessionStatus},
};

/// When a session starts.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// On the day so many days from today, at hour and minute of the wall clock.
    Day(i64, i8, i8),
    /// So many minutes ago: its room is open now.
    MinutesAgo(i64),
}

/// What its host has paid or owes for running it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UsagePaid {
    /// No usage order yet.
    No,
    /// Paid.
    Yes,
    /// Asked for, and due before the start.
    Due,
}

/// One session of the demo.
pub(super) struct Talk {
    pub slug: &'static str,
    pub topic: &'static str,
    pub description: &'static str,
    pub lang: &'static str,
    pub zone: &'static str,
    pub start: Start,
    pub minutes: i64,
    pub seats: i64,
    /// In the smallest unit of the site's currency.
    pub fee: i64,
    pub status: SessionStatus,
    pub listing: Listing,
    pub audio: Audio,
    /// Computers expected, and how many of them on the teleconference.
    pub expected: (i64, i64),
    /// 0 or 1: which of the two hosts runs it.
    pub host: usize,
    /// Seats sold.
    pub sold: usize,
    pub usage: UsagePaid,
}

/// What most sessions share.
pub(super) const PLAIN: Talk = Talk {
    slug: "",
    topic: "",
    description: "",
    lang: "en",
    zone: "Europe/Bucharest",
    start: Start::Day(0, 9, 0),
    minutes: 90,
    seats: 40,
    fee: 0,
    status: SessionStatus::Scheduled,
    listing: Listing::All,
    audio: Audio::Voip,
    expected: (20, 15),
    host: 0,
    sold: 0,
    usage: UsagePaid::Yes,
};

/// The three that outside tests drive (design.md §9) come first and are sold out by nobody but them.
pub(super) const TALKS: &[Talk] = &[
    Talk {
        slug: "negotiation-skills",
        topic: "Negotiation skills",
        start: Start::Day(12, 10, 0),
        seats: 5_000,
        fee: 10_000,
        expected: (25, 18),
        audio: Audio::CallIn,
        description: "Most negotiations are decided before anyone sits down. In ninety minutes you will learn to find out what the other side needs, to say a number first without losing by it, and to stop talking when it helps.\n\nWe work on three short cases in pairs. Please bring one negotiation of your own that is still open: you will leave with a plan for it.\n\nFor buyers, sellers and anyone who has to agree on deadlines.",
        ..PLAIN
    },
    Talk {
        slug: "fifty-seats",
        topic: "Presenting to a board",
        zone: "Europe/London",
        start: Start::Day(20, 14, 0),
        seats: 50,
        fee: 10_000,
        host: 1,
        expected: (51, 30),
        description: "A board gives you eight minutes and one question. This session shows how to open with the decision you want, carry it with three figures, and answer the question that was not on the slide.\n\nSeats are limited to fifty so that everybody presents once and hears back from two experienced directors.",
        ..PLAIN
    },
    Talk {
        slug: "free-orientation",
        topic: "How live training works: a free orientation",
        start: Start::Day(5, 17, 30),
        minutes: 45,
        seats: 300,
        expected: (60, 0),
        audio: Audio::None,
        description: "See the room, try your microphone, ask a question by hand and by chat. Forty-five relaxed minutes for everyone who joins a live session for the first time. Free of charge.",
        ..PLAIN
    },
    Talk {
        slug: "prezentari-care-conving",
        topic: "Prezentări care conving",
        lang: "ro",
        start: Start::Day(6, 18, 0),
        minutes: 120,
        fee: 7_500,
        sold: 12,
        description: "O prezentare bună nu începe cu primul slide, ci cu întrebarea la care răspunde. Vom construi împreună structura unei prezentări de zece minute, vom tăia jumătate din texte și vom exersa începutul până când sună firesc.\n\nVeți primi o fișă de lucru și observații personale din partea trainerului. Nu este nevoie de experiență; aduceți o prezentare la care lucrați acum.",
        ..PLAIN
    },
    Talk {
        slug: "excel-pentru-contabili",
        topic: "Excel pentru contabili: de la tabele la rapoarte",
        lang: "ro",
        start: Start::Day(9, 9, 30),
        minutes: 180,
        seats: 25,
        fee: 6_000,
        sold: 22,
        host: 1,
        description: "Trei ore practice, pe balanțe și registre reale: tabele pivot fără surprize, căutări care nu se strică la prima coloană mutată și un raport lunar care se actualizează singur.\n\nLucrăm pe fișierele dumneavoastră. Este necesar Excel 2019 sau mai nou.",
        ..PLAIN
    },
    Talk {
        slug: "feedback-for-managers",
        topic: "Feedback that gets used",
        zone: "Europe/London",
        start: Start::Day(2, 12, 0),
        minutes: 75,
        seats: 12,
        fee: 12_000,
        sold: 12,
        expected: (13, 13),
        audio: Audio::CallBack,
        description: "Why does most feedback change nothing? Because it arrives late, talks about character and asks for nothing. Twelve managers, seventy-five minutes, and every conversation rehearsed once before it matters.",
        ..PLAIN
    },
    Talk {
        slug: "sql-query-tuning",
        topic: "SQL: reading a query plan",
        start: Start::MinutesAgo(25),
        minutes: 120,
        seats: 30,
        fee: 9_000,
        sold: 9,
        status: SessionStatus::Live,
        host: 1,
        expected: (12, 10),
        description: "From “it is slow” to a named line of a plan. We take five real queries, read what the database says it will do, and find the index, the estimate or the join that is wrong. Works for PostgreSQL and for everything that explains itself in a similar way.",
        ..PLAIN
    },
    Talk {
        slug: "rust-for-backend-engineers",
        topic: "Rust for backend engineers",
        zone: "America/New_York",
        start: Start::Day(15, 9, 0),
        minutes: 240,
        seats: 60,
        fee: 18_000,
        sold: 18,
        host: 1,
        expected: (40, 0),
        audio: Audio::Voip,
        description: "Four hours for people who already run services in another language. Ownership where it helps, errors as values, and a small HTTP service that cannot forget to check a permission. Bring a laptop with a current toolchain; we will write about two hundred lines together.",
        ..PLAIN
    },
    Talk {
        slug: "gdpr-pentru-resurse-umane",
        topic: "GDPR pentru resurse umane, pe înțelesul tuturor",
        lang: "ro",
        start: Start::Day(25, 11, 0),
        minutes: 90,
        seats: 100,
        fee: 5_000,
        sold: 7,
        description: "Ce date ale candidaților puteți păstra, cât timp și cu ce temei? Trecem prin recrutare, dosarul de personal și plecarea din companie, cu exemple din deciziile autorităților. La final aveți o listă de verificare de o pagină.",
        ..PLAIN
    },
    Talk {
        slug: "customer-interviews",
        topic: "Customer interviews without leading questions",
        zone: "Europe/Berlin",
        start: Start::Day(1, 16, 0),
        minutes: 60,
        seats: 30,
        fee: 4_500,
        sold: 11,
        host: 1,
        description: "Would you buy this? is the one question you must not ask. Learn to hear about last week instead of next year, to stay silent for five seconds, and to write down what was said rather than what you hoped for.",
        ..PLAIN
    },
    Talk {
        slug: "incident-response-drill",
        topic: "Incident response: a two-hour drill",
        zone: "Asia/Tokyo",
        start: Start::Day(33, 10, 0),
        minutes: 120,
        seats: 24,
        fee: 14_000,
        sold: 5,
        audio: Audio::TollFree,
        expected: (25, 25),
        usage: UsagePaid::No,
        description: "Something is on fire and nobody knows what. Your team of six gets dashboards, a chat and a telephone that keeps ringing. We stop every twenty minutes and look at who decided what, and on which evidence.",
        ..PLAIN
    },
    Talk {
        slug: "design-critique",
        topic: "Design critique that helps the designer",
        zone: "America/Los_Angeles",
        start: Start::Day(40, 10, 30),
        minutes: 90,
        seats: 20,
        fee: 6_500,
        sold: 3,
        host: 1,
        usage: UsagePaid::No,
        description: "Taste is not an argument. We practise asking for the goal, describing before judging, and ending with one next step. Every participant brings one screen and gets fifteen minutes of the room's best attention.",
        ..PLAIN
    },
    Talk {
        slug: "safety-briefing",
        topic: "Annual safety briefing",
        start: Start::Day(4, 8, 30),
        minutes: 30,
        seats: 200,
        listing: Listing::Authorised,
        audio: Audio::None,
        expected: (80, 0),
        description: "What changed this year, where the exits are, and whom to call. For staff and contractors; thirty minutes, with questions.",
        ..PLAIN
    },
    Talk {
        slug: "lideri-de-echipa",
        topic: "Coaching pentru lideri de echipă",
        lang: "ro",
        start: Start::Day(14, 10, 0),
        minutes: 150,
        seats: 16,
        fee: 11_000,
        status: SessionStatus::Draft,
        usage: UsagePaid::Due,
        expected: (17, 12),
        audio: Audio::CallIn,
        description: "Întrebări în loc de răspunsuri: cum îi ajutați pe colegi să-și găsească singuri soluția, fără să pierdeți nici timpul, nici răbdarea. Două demonstrații, trei exerciții în perechi și un plan pentru prima săptămână.",
        ..PLAIN
    },
    Talk {
        slug: "time-management-basics",
        topic: "A calmer calendar",
        zone: "Europe/London",
        start: Start::Day(3, 9, 0),
        minutes: 60,
        seats: 40,
        fee: 3_500,
        status: SessionStatus::Cancelled,
        usage: UsagePaid::No,
        description: "An hour about the week you actually have. Called off because the trainer is ill; a new date will follow.",
        ..PLAIN
    },
    Talk {
        slug: "project-estimation",
        topic: "Estimating work you have not done before",
        zone: "Europe/Berlin",
        start: Start::Day(-3, 15, 0),
        minutes: 90,
        fee: 8_000,
        sold: 16,
        status: SessionStatus::Ended,
        host: 1,
        expected: (18, 12),
        audio: Audio::CallIn,
        description: "Ranges instead of promises: reference classes, a pre-mortem in ten minutes, and how to say “between six and eleven weeks” so that it is heard.",
        ..PLAIN
    },
    Talk {
        slug: "vanzari-la-telefon",
        topic: "Vânzări la telefon: primele treizeci de secunde",
        lang: "ro",
        start: Start::Day(-9, 17, 0),
        minutes: 75,
        seats: 30,
        fee: 5_500,
        sold: 21,
        status: SessionStatus::Ended,
        expected: (24, 20),
        audio: Audio::CallIn,
        description: "De ce închid oamenii telefonul și ce îi face să mai rămână un minut. Ascultăm convorbiri reale, rescriem începutul și îl exersăm până când nu mai sună a text învățat.",
        ..PLAIN
    },
    Talk {
        slug: "writing-for-busy-people",
        topic: "Writing for busy people",
        zone: "Europe/London",
        start: Start::Day(-17, 11, 0),
        minutes: 60,
        fee: 4_000,
        sold: 17,
        status: SessionStatus::Ended,
        host: 1,
        expected: (20, 0),
        description: "Answer first, reasons second, background never. We shorten four real messages until nothing can go, and then we look at what is left.",
        ..PLAIN
    },
    Talk {
        slug: "contract-law-update",
        topic: "Contract law: what changed this year",
        start: Start::Day(-24, 10, 0),
        minutes: 120,
        seats: 60,
        fee: 9_500,
        sold: 14,
        status: SessionStatus::Ended,
        expected: (16, 10),
        audio: Audio::TollFree,
        description: "Late payment, unfair terms and electronic signatures: the year's changes with the clauses to alter, for people who sign contracts without being lawyers.",
        ..PLAIN
    },
];

/// Participants; sales take them in turn.
pub(super) const BUYERS: &[(&str, &str, &str)] = &[
    ("Ana Popescu", "ana.popescu@example.com", "ro"),
    ("Mihai Ionescu", "mihai.ionescu@example.com", "ro"),
    ("Grace Okafor", "grace.okafor@example.org", "en"),
    ("Lena Fischer", "lena.fischer@example.net", "en"),
    ("Ioana Dumitrescu", "ioana.dumitrescu@example.com", "ro"),
    ("Tom Bradley", "tom.bradley@example.org", "en"),
    ("Ștefan Munteanu", "stefan.munteanu@example.com", "ro"),
    ("Yuki Tanaka", "yuki.tanaka@example.net", "en"),
    ("Elena Radu", "elena.radu@example.com", "ro"),
    ("Samuel Adeyemi", "samuel.adeyemi@example.org", "en"),
    ("Cristina Stan", "cristina.stan@example.com", "ro"),
    ("Marta Kowalska", "marta.kowalska@example.net", "en"),
    ("Radu Georgescu", "radu.georgescu@example.com", "ro"),
    ("Priya Nair", "priya.nair@example.org", "en"),
    ("Oana Matei", "oana.matei@example.com", "ro"),
    ("Jonas Lindqvist", "jonas.lindqvist@example.net", "en"),
    ("Dan Vasile", "dan.vasile@example.com", "ro"),
    ("Chloé Martin", "chloe.martin@example.net", "en"),
    ("Andreea Ciobanu", "andreea.ciobanu@example.com", "ro"),
    ("Ben Whitaker", "ben.whitaker@example.org", "en"),
    ("Țepeș Lavinia", "lavinia.tepes@example.com", "ro"),
    ("Noor Haddad", "noor.haddad@example.org", "en"),
    ("Victor Enache", "victor.enache@example.com", "ro"),
    ("Isabel Moreno", "isabel.moreno@example.net", "en"),
    ("Simona Dobre", "simona.dobre@example.com", "ro"),
    ("Kwame Boateng", "kwame.boateng@example.org", "en"),
    ("Alexandru Neagu", "alexandru.neagu@example.com", "ro"),
    ("Hannah Clarke", "hannah.clarke@example.org", "en"),
    ("Bogdan Marin", "bogdan.marin@example.com", "ro"),
    ("Sofia Rossi", "sofia.rossi@example.net", "en"),
];
