//! The simulators as a third party's client may call them: the first byte chooses the call, lines give its parameters. Each input runs
//! against fresh books, with valid credentials, so that reading, deciding and booking are all reached. Nothing is sent anywhere: no
//! listener is registered, and no call carries an address for notices.
#![no_main]

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use lectern::domain::time::Timestamp;
use lectern::server::clock::Clock;
use lectern::server::payments::nvp::codec::Fields;
use lectern::server::sandbox::{Account, Sandbox, SandboxConfig, Switches, nvp, router, stripe};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

struct World {
    runtime: Runtime,
    sandbox: Arc<Sandbox>,
    router: Router,
    account: Account,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let config = SandboxConfig {
        switches: Switches { hang_ms: 0, ..Switches::default() },
        ..SandboxConfig::in_memory(Clock::manual(Timestamp::from_seconds(1_767_225_605)))
    };
    let sandbox = Sandbox::new(config).expect("a simulator in memory");
    World { runtime, router: router(Arc::clone(&sandbox)), sandbox, account: Account::default() }
});

fuzz_target!(|data: &[u8]| {
    let world = &*WORLD;
    world.sandbox.reset().expect("nothing to clear on disk");
    // Up to four calls after one another, so that the later ones find something.
    for call in data.split(|b| *b == 0).take(4) {
        let Some((which, rest)) = call.split_first() else { continue };
        let (status, _body) = world.call(*which, rest);
        assert!(status != StatusCode::INTERNAL_SERVER_ERROR, "a simulator must not fall over");
    }
    let _ = world.sandbox.report();
});

impl World {
    fn call(&self, which: u8, rest: &[u8]) -> (StatusCode, Vec<u8>) {
        match which % 8 {
            0 => self.send(Method::POST, "/payflow/", "text/namevalue", None, rest.to_vec()),
            1 => self.payflow(rest),
            2 => self.nvp("/express/nvp", rest),
            3 => self.nvp("/wpp_uk/nvp", rest),
            4 => self.stripe(rest),
            5 => self.orders(rest),
            6 => self.send(Method::POST, "/express/webscr", FORM, None, rest.to_vec()),
            _ => self.token(rest),
        }
    }

    fn payflow(&self, rest: &[u8]) -> (StatusCode, Vec<u8>) {
        let Account { partner, vendor, user, password } = &self.account;
        let mut body = format!("PARTNER={partner}&VENDOR={vendor}&USER={user}&PWD={password}&VERBOSITY=HIGH&").into_bytes();
        body.extend_from_slice(rest);
        self.send(Method::POST, "/payflow/", "text/namevalue", None, body)
    }

    /// Lines are `NAME=value`, the value as it is.
    fn nvp(&self, path: &str, rest: &[u8]) -> (StatusCode, Vec<u8>) {
        let mut fields = Fields::default();
        fields.set("USER", &self.account.user);
        fields.set("PWD", &self.account.password);
        fields.set("SIGNATURE", &nvp::signature(&self.account.user));
        fields.set("VERSION", "204.0");
        for line in String::from_utf8_lossy(rest).lines().take(40) {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            if name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.is_empty() && !name.contains("NOTIFYURL") {
                fields.set(name, value);
            }
        }
        self.send(Method::POST, path, FORM, None, fields.encode().to_vec())
    }

    /// The first line is the method and the path below `/v1`, the rest the form.
    fn stripe(&self, rest: &[u8]) -> (StatusCode, Vec<u8>) {
        let text = String::from_utf8_lossy(rest);
        let (line, body) = text.split_once('\n').unwrap_or((&text, ""));
        let (method, path) = line.split_once(' ').unwrap_or(("POST", line));
        let method = if method == "GET" { Method::GET } else { Method::POST };
        let path = format!("/stripe/v1/{}", safe(path));
        self.send(method, &path, FORM, Some(format!("Bearer {}", stripe::DEMO.secret_key)), body.as_bytes().to_vec())
    }

    /// The first line is the method and the path below `/v2`, the rest the body.
    fn orders(&self, rest: &[u8]) -> (StatusCode, Vec<u8>) {
        let (_, issued) = self.token(b"grant_type=client_credentials");
        let issued = String::from_utf8_lossy(&issued).into_owned();
        let token = issued.split("\"access_token\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned();
        let text = String::from_utf8_lossy(rest);
        let (line, body) = text.split_once('\n').unwrap_or((&text, ""));
        let (method, path) = line.split_once(' ').unwrap_or(("POST", line));
        let method = if method == "GET" { Method::GET } else { Method::POST };
        let path = format!("/paypal/v2/{}", safe(path));
        self.send(method, &path, "application/json", Some(format!("Bearer {token}")), body.as_bytes().to_vec())
    }

    fn token(&self, body: &[u8]) -> (StatusCode, Vec<u8>) {
        let basic = STANDARD.encode(format!("{}:{}", self.account.vendor, self.account.password));
        self.send(Method::POST, "/paypal/v1/oauth2/token", FORM, Some(format!("Basic {basic}")), body.to_vec())
    }

    fn send(&self, method: Method, path: &str, kind: &str, authorization: Option<String>, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "127.0.0.1:3001")
            .header(header::CONTENT_TYPE, kind)
            .header("x-vps-request-id", "fuzz")
            .header("x-vps-client-timeout", "45")
            .header("paypal-request-id", "fuzz")
            .header("prefer", "return=representation");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let Ok(request) = request.body(Body::from(body)) else { return (StatusCode::BAD_REQUEST, Vec::new()) };
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("a router always answers");
            let status = response.status();
            // A scripted break is the only body that ends badly, and nothing is scripted here.
            let body = response.into_body().collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
            (status, body)
        })
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A path that is one whatever was in it.
fn safe(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "/_-?=&.[]%".contains(*c)).take(200).collect()
}
