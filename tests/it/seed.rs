//! The demo site: loaded once, quickly, and true to every invariant from its first moment.

use std::time::{Duration, Instant};

use lectern::domain::{ids::SiteId, money::Currency, session::SessionStatus};
use lectern::server::{
    ctx::{Ctx, Person},
    failure::Failure,
    flows::{overview, processors, promo_admin},
    payments::ProcessorKind,
    seed,
    store::{person, session, session::Session, site, site_admin},
};
use lectern::{read_tx, write_tx};

use crate::harness::TestApp;
use crate::harness_server::TODAY;
use lectern::server::clock::Clock;

async fn sessions(test: &TestApp, site: SiteId) -> Vec<Session> {
    read_tx!(test.app.db, |tx| -> Result<Vec<Session>, Failure> { Ok(session::of_site(tx, site).await?) }).expect("sessions read")
}

on_both!(the_demo_holds_what_tests_from_outside_rely_on, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let site = ctx.site().clone();
    assert_eq!((site.name.as_str(), site.currency, site.test_mode), ("Acme Academy", Some(Currency::EUR), true));
    let all = sessions(&test, site.id).await;
    for (slug, fee, seats) in [("negotiation-skills", 10_000, 5_000), ("fifty-seats", 10_000, 50), ("free-orientation", 0, 300)] {
        let found = all.iter().find(|s| s.slug == slug).unwrap_or_else(|| panic!("{slug}"));
        assert_eq!((found.fee.minor(), found.capacity, found.seats_taken), (fee, seats, 0), "{slug}");
        assert!(found.is_sellable(TODAY), "{slug}");
    }
    assert!(all.len() >= 17);
    for status in [SessionStatus::Draft, SessionStatus::Live, SessionStatus::Ended, SessionStatus::Cancelled] {
        assert!(all.iter().any(|s| s.status == status), "{status:?}");
    }
    let left: Vec<u32> = all.iter().filter(|s| s.status == SessionStatus::Scheduled && !s.fee.is_zero()).map(Session::seats_left).collect();
    assert!(left.contains(&0) && left.iter().any(|n| (1..=3).contains(n)), "one is sold out and one nearly: {left:?}");
    let zones: std::collections::BTreeSet<&str> = all.iter().map(|s| s.time_zone.as_str()).collect();
    assert!(zones.len() >= 5 && all.iter().any(|s| s.lang == "ro"));
    for name in ["manager", "admin", "division", "host"] {
        assert!(test.person(name).await.caller.person.is_some());
    }
    let codes: Vec<String> = promo_admin::list(&test.person("admin").await).await.expect("codes").into_iter().map(|c| c.code).collect();
    for code in ["TRAIN20", "WELCOME15", "FREEPASS", "EXPIRED10", "LASTONE"] {
        assert!(codes.iter().any(|c| c == code), "{code}");
    }
});

on_both!(the_demo_is_true_from_its_first_moment, |db| async {
    let test = TestApp::demo(&db).await;
    test.verify().await;
    let day = overview::dashboard(&test.person("admin").await).await.expect("a dashboard").today.expect("a currency");
    assert!(day.sales_count > 0 && day.sales.minor() > 0, "today has sales");
    let division = overview::division(&test.person("division").await).await.expect("a division");
    assert!(!division.rows.is_empty());
    assert_eq!(division.rows.iter().map(|row| row.amount.minor()).sum::<i64>(), division.spent.minor());
    assert_eq!(division.left.map(|left| left.minor()), division.budget.map(|budget| budget.minor() - division.spent.minor()));
});

on_both!(the_demo_is_loaded_once, |db| async {
    let test = TestApp::demo(&db).await;
    let site = test.visitor().await.site().id;
    let before = sessions(&test, site).await.len();
    seed::demo(&test.app).await.expect("again");
    assert_eq!(sessions(&test, site).await.len(), before);
    let sites = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(site_admin::sites(tx).await?) }).expect("sites read");
    assert_eq!(sites.len(), 5);
});

on_both!(the_demo_loads_quickly, |db| async {
    let test = TestApp::bare(&db, Clock::manual(TODAY)).await;
    let since = Instant::now();
    seed::demo(&test.app).await.expect("the demo loads");
    // Generous: tests of other modules run beside this one.
    assert!(since.elapsed() < Duration::from_secs(12), "{:?}", since.elapsed());
});

/// The administrator of the site of a host name.
async fn admin_at(test: &TestApp, host: &str, email: &str) -> Ctx {
    let mut ctx = test.visitor().await;
    let (site, admin) = read_tx!(test.app.db, |tx| -> Result<_, Failure> {
        Ok((site::find_by_host(tx, host).await?, person::find_by_email(tx, email).await?))
    })
    .expect("the tenant reads");
    let admin = admin.unwrap_or_else(|| panic!("{host} has an administrator"));
    ctx.caller.site = site.filter(|site| site.host == host).unwrap_or_else(|| panic!("{host} is there")).into();
    ctx.caller.person = Some(Person { id: admin.id, name: admin.name, email: admin.email, role: admin.role, division: admin.division });
    ctx
}

on_both!(every_processor_is_somebodys_and_answers, |db| async {
    use ProcessorKind::{Express, Offline, Orders, Payflow, Stripe, WppUk};
    let test = TestApp::demo(&db).await;
    let tenants: [(&str, &str, &[ProcessorKind]); 4] = [
        ("acme.localhost", "admin@demo.test", &[Payflow, Orders, Offline, Stripe]),
        ("us.localhost", "admin@us.demo.test", &[Payflow, Express]),
        ("uk.localhost", "admin@uk.demo.test", &[WppUk, Offline]),
        ("eu.localhost", "admin@eu.demo.test", &[Stripe, Orders]),
    ];
    for (host, email, kinds) in tenants {
        let admin = admin_at(&test, host, email).await;
        let configured: Vec<String> = processors::list(&admin).await.expect("listed").into_iter().map(|stored| stored.kind).collect();
        assert_eq!(configured, kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>(), "{host}");
        for kind in kinds {
            assert_eq!(processors::test(&admin, *kind, "test").await.expect("tested"), Ok(()), "{} at {host}", kind.code());
        }
        let on_sale = sessions(&test, admin.site().id).await.into_iter().filter(|session| session.is_sellable(TODAY)).count();
        assert!(on_sale >= 3, "{host} sells {on_sale} sessions");
    }
});

on_both!(a_demo_that_lacks_a_tenant_gets_it, |db| async {
    let test = TestApp::demo(&db).await;
    let renamed = write_tx!(test.app.db, |tx| -> Result<_, Failure> {
        tx.sql("UPDATE person SET email = 'x', email_key = 'x' WHERE email = 'admin@uk.demo.test'").execute().await?;
        tx.sql("UPDATE person SET email = 'y', email_key = 'y' WHERE email = 'host@uk.demo.test'").execute().await?;
        Ok(tx.sql("UPDATE site SET host = 'elsewhere.example' WHERE host = 'uk.localhost'").execute().await?)
    });
    assert_eq!(renamed.expect("renamed"), 1);
    seed::demo(&test.app).await.expect("again");
    let sites = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(site_admin::sites(tx).await?) }).expect("sites read");
    assert_eq!(sites.len(), 6);
    admin_at(&test, "uk.localhost", "admin@uk.demo.test").await;
});
