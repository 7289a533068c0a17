//! A processor's secrets go in and never come out: marked ones that the processor refuses are in no page, log or file afterwards, and
//! *Test connection* says the processor's reason in words, whichever processor it is.

use lectern::domain::text::Lang;
use lectern::server::{sandbox, seed};
use lectern::texts::admin as texts;

use crate::harness_server::Browser;
use crate::marked::{Program, writings};

const SIGNATURE: &str = "Marked-Signature-9f3a77c1d2e4b5a6";

/// A kind, what is typed (each secret marked), and what its simulator's refusal is in words.
struct Wrong {
    kind: &'static str,
    country: &'static str,
    typed: &'static [(&'static str, &'static str)],
    words: fn(Lang) -> &'static str,
}

const WRONG: [Wrong; 7] = [
    Wrong {
        kind: "payflow",
        country: "US",
        typed: &[("partner", "PayPal"), ("vendor", "lectern-demo"), ("password", "Marked-Pwd-payflow-1")],
        words: texts::reason_credentials,
    },
    Wrong {
        kind: "payflow",
        country: "US",
        typed: &[("partner", "PayPal"), ("vendor", "somebody-else"), ("password", "Marked-Pwd-payflow-2")],
        words: texts::reason_vendor,
    },
    Wrong {
        kind: "express",
        country: "US",
        typed: &[("api_username", "lectern-demo"), ("api_password", "Marked-Pwd-express-3"), ("api_signature", SIGNATURE)],
        words: texts::reason_credentials,
    },
    Wrong {
        kind: "wpp_uk",
        country: "GB",
        typed: &[("api_username", "lectern-demo"), ("api_password", "Marked-Pwd-wpp-4"), ("api_signature", SIGNATURE)],
        words: texts::reason_credentials,
    },
    Wrong {
        kind: "orders",
        country: "GB",
        typed: &[("client_id", "lectern-demo"), ("client_secret", "Marked-Secret-orders-5")],
        words: texts::reason_credentials,
    },
    Wrong {
        kind: "orders",
        country: "GB",
        typed: &[("client_id", "somebody-else"), ("client_secret", "Marked-Secret-orders-6")],
        words: texts::reason_credentials,
    },
    Wrong {
        kind: "stripe",
        country: "GB",
        typed: &[("secret_key", "sk_test_Marked_Key_7"), ("webhook_secret", "whsec_Marked_Secret_8")],
        words: texts::reason_credentials,
    },
];

/// What was typed that nobody may see again.
fn secrets() -> impl Iterator<Item = &'static str> {
    WRONG.iter().flat_map(|wrong| wrong.typed).map(|(_, value)| *value).filter(|value| value.contains("Marked"))
}

/// The value of the form's `version`, empty for what is not stored.
async fn version(admin: &mut Browser, kind: &str) -> String {
    let page = admin.get(&format!("/admin/processors/{kind}?mode=test")).await;
    crate::marked::hidden(&page, "version")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_secret_is_nowhere_and_its_refusal_is_said_in_words() {
    let program = Program::start();
    let mut admin = program.browser.clone();
    assert_eq!(admin.sign_in("admin@demo.test", seed::PASSWORD).await.status, 303);
    let mut pages = Vec::new();
    let mut country = "US";
    for wrong in WRONG {
        if country != wrong.country {
            program.change("UPDATE site SET merchant_country = 'GB', currency = 'GBP' WHERE is_default").await;
            country = wrong.country;
        }
        let path = format!("/admin/processors/{}", wrong.kind);
        let version = version(&mut admin, wrong.kind).await;
        let mut fields = vec![("mode", "test"), ("version", version.as_str()), ("action", "save"), ("accept_card_scope", "1")];
        fields.extend(wrong.typed);
        let saved = admin.post(&path, &fields).await;
        assert_eq!(saved.status, 303, "{}: {}", wrong.kind, saved.body);
        pages.push(saved.body);
        let tested = admin.post(&path, &[("mode", "test"), ("action", "test")]).await;
        pages.push(format!("{:?}{}", tested.headers, tested.body));
        for (language, lang) in [("en", Lang::En), ("ro", Lang::Ro)] {
            admin.get(&format!("/lang/{language}?next=/admin")).await;
            let page = admin.get(&format!("{path}?mode=test")).await;
            let words = (wrong.words)(lang);
            assert!(as_text(&page.body).contains(words), "{} says {words:?} in {language}", wrong.kind);
            pages.push(page.body);
        }
        // A form that is refused does not bring it back either.
        fields[1] = ("version", "999");
        pages.push(admin.post(&path, &fields).await.body);
        pages.push(admin.get("/admin/processors?mode=test").await.body);
        pages.push(admin.get("/admin").await.body);
    }
    program.back_up();
    let files = program.stop();
    assert!(files.len() >= 5, "database, log, journal and the backup were looked at");
    for (what, bytes) in pages.into_iter().map(|page| ("a page".to_owned(), page.into_bytes())).chain(files) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets() {
            for writing in writings(secret) {
                assert!(!text.contains(&writing), "{what} holds {writing}");
            }
        }
    }
    assert_ne!(SIGNATURE, sandbox::nvp::signature("lectern-demo"));
}

/// A page as it is read.
fn as_text(page: &str) -> String {
    page.replace("&#x27;", "'").replace("&#39;", "'").replace("&amp;", "&")
}
