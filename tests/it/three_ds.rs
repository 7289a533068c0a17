//! Cards and the authentication of their holders (3-D Secure), over HTTP, at a British merchant's: with a result that holds together
//! the card is charged, with none or a bad one nothing is, where the merchant asks for it.

use std::collections::BTreeMap;

use lectern::server::flows::processors::{self, ProcessorForm};
use lectern::server::payments::ProcessorKind;
use lectern::server::sandbox::nvp::signature;
use lectern::server::store::db::{Db, StoreError, write_tx};

use crate::harness_server::{Browser, Reply, TestServer};

const CAVV: &str = "AAABBEg0VhI0VniQEjRWAAAAAAA=";
const XID: &str = "WGQ0MTdRbXJ2T0tqdUd6UTdYcVc=";

/// The demo moves to Britain and takes cards by Website Payments Pro, authenticated ones only.
async fn move_to_britain(server: &TestServer, db: &Db) {
    let moved = write_tx!(db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE site SET merchant_country = 'GB', currency = 'GBP' WHERE is_default").execute().await?;
        tx.sql("UPDATE session SET currency = 'GBP'").execute().await?;
        tx.sql("UPDATE processor_config SET enabled = FALSE").execute().await
    });
    assert!(moved.expect("the site moves") > 0);
    let values: BTreeMap<String, String> = [
        ("api_username", "lectern-demo"),
        ("api_password", "Simulator-2026"),
        ("api_signature", &signature("lectern-demo")),
        ("three_ds", "required"),
        ("own_ip", "192.0.2.1"),
        ("accept_card_scope", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let admin = server.ctx("admin").await;
    let form = |version: &str| ProcessorForm { mode: "test".into(), version: version.into(), values: values.clone() };
    processors::save(&admin, ProcessorKind::WppUk, &form("")).await.expect("saved");
    assert_eq!(processors::test(&admin, ProcessorKind::WppUk, "test").await.expect("tested"), Ok(()));
    processors::offer(&admin, ProcessorKind::WppUk, "test", true).await.expect("offered");
}

fn hidden(page: &Reply, name: &str) -> String {
    let tag = page.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).expect("the input is there");
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

async fn pay(browser: &mut Browser, order: &str, three_ds: &[(&str, &str)]) -> Reply {
    let page = browser.get(&format!("/checkout/{order}")).await;
    let (key, version) = (hidden(&page, "attempt_key"), hidden(&page, "quote_version"));
    let card = [
        ("attempt_key", key.as_str()),
        ("quote_version", &version),
        ("method", "card"),
        ("card_number", "4012 8888 8888 1881"),
        ("card_expiry", "12 / 30"),
        ("card_csc", "115"),
        ("card_name", "Imogen Tarrant"),
        ("billing_line1", "13 Mill Lane"),
        ("billing_city", "Wells"),
        ("billing_postcode", "BA5 2PB"),
        ("billing_country", "GB"),
        ("accept_terms", "1"),
    ];
    browser.post(&format!("/checkout/{order}/pay"), &[&card, three_ds].concat()).await
}

on_both!(a_merchant_who_asks_for_it_charges_authenticated_cards_only, |db| async {
    let server = TestServer::start(&db).await;
    move_to_britain(&server, &db).await;
    let mut browser = server.browser();
    let reply = browser.post("/s/negotiation-skills/register", &[("name", "Imogen Tarrant"), ("email", "imogen@example.com")]).await;
    let order = reply.header("location").and_then(|to| to.strip_prefix("/checkout/")).expect("the checkout").to_owned();

    let refused = pay(&mut browser, &order, &[]).await;
    assert!(refused.status == 422 && refused.body.contains("3-D Secure"), "{} {}", refused.status, refused.body);
    let denied = [("three_ds_enrolled", "Y"), ("three_ds_status", "N")];
    let refused = pay(&mut browser, &order, &denied).await;
    assert!(refused.status == 422 && refused.body.contains("did not confirm"), "{}", refused.status);
    let forged = [("three_ds_enrolled", "Y"), ("three_ds_status", "Y"), ("three_ds_cavv", "no proof"), ("three_ds_xid", XID)];
    assert_eq!(pay(&mut browser, &order, &forged).await.status, 422);
    assert!(server.sandbox.report().entries.is_empty(), "nothing was sent");

    let proven =
        [("three_ds_enrolled", "Y"), ("three_ds_status", "Y"), ("three_ds_cavv", CAVV), ("three_ds_xid", XID), ("three_ds_eci", "05")];
    let paid = pay(&mut browser, &order, &proven).await;
    assert_eq!((paid.status, paid.header("location")), (303, Some(format!("/order/{order}").as_str())), "{}", paid.body);
    assert!(browser.get(&format!("/order/{order}")).await.body.contains("data-state=\"paid\""));
    let captured = server.sandbox.report().entries.iter().filter(|e| e.processor == "wpp_uk" && e.state == "captured").count();
    assert_eq!(captured, 1);
    server.ends_clean().await;
});
