//! Errors outside the app: when it cannot be rendered, or was never reached. A page that needs nothing but its stylesheet, in the
//! reader's language, saying what happened and what to do; a JSON object for programs.

use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{assets, lang, next};
use crate::api::error::ApiError;
use crate::domain::text::Lang;
use crate::server::{
    ctx::Caller,
    failure::{Failure, Fault, report},
    store::db::StoreError,
};
use crate::texts::{common, errors, problems};

/// Marks a response whose body says already what happened.
#[derive(Clone, Copy, Debug)]
pub struct Said;

/// What kind of answer the asker can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Person,
    ServerFunction,
    Program,
    Plain,
}

/// Who reads the error.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    reader: Reader,
    lang: Lang,
}

impl Asker {
    /// As a request tells.
    pub fn of(request: &Request) -> Self {
        Self::new(request.uri(), request.headers(), request.extensions())
    }

    /// As the head of a request tells.
    pub fn of_parts(parts: &Parts) -> Self {
        Self::new(&parts.uri, &parts.headers, &parts.extensions)
    }

    /// Whether it is somebody with a browser.
    pub fn is_person(self) -> bool {
        self.reader == Reader::Person
    }

    fn new(uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let path = uri.path();
        let accepts_html = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
        let reader = if path.starts_with("/api/v1/") {
            Reader::Program
        } else if path.starts_with("/api/") {
            Reader::ServerFunction
        } else if accepts_html {
            Reader::Person
        } else {
            Reader::Plain
        };
        let lang = extensions.get::<Caller>().map(|caller| caller.lang).or_else(|| lang::preferred(headers)).unwrap_or_default();
        Self { reader, lang }
    }
}

/// What an error says.
struct Words<'a> {
    title: &'a str,
    text: String,
    code: &'a str,
    incident: Option<String>,
}

/// The answer for a failure that no form and no page can show.
pub fn from_failure(failure: Failure, asker: Asker) -> Response {
    let lang = asker.lang;
    match failure {
        Failure::Fault(fault) => from_fault(&fault, asker),
        Failure::NotFound => plain_status(StatusCode::NOT_FOUND, asker),
        Failure::SignInRequired => plain_status(StatusCode::UNAUTHORIZED, asker),
        Failure::Fields(_) => plain_status(StatusCode::UNPROCESSABLE_ENTITY, asker),
        Failure::Refused(refusal) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
            let words =
                Words { title: title(status, lang), text: problems::say_refusal(lang, &refusal), code: refusal.code(), incident: None };
            answer(status, asker, words, Some(&ApiError::Refused(refusal.clone())))
        }
    }
}

/// Logs a fault once and answers 500 with the id to quote; 503 when the database is only busy or away for a moment.
fn from_fault(fault: &Fault, asker: Asker) -> Response {
    let is_passing = match fault {
        Fault::Store(StoreError::Contention(_) | StoreError::Exhausted | StoreError::Unreachable(_) | StoreError::Closed) => true,
        Fault::Store(_) | Fault::IllegalMove(_) | Fault::Money(_) | Fault::Corrupt(_) | Fault::Other(_) => false,
    };
    let status = if is_passing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
    internal(status, report(fault), asker)
}

/// Our mistake, already logged under `incident`.
pub fn internal(status: StatusCode, incident: String, asker: Asker) -> Response {
    let lang = asker.lang;
    let words = Words {
        title: errors::internal_title(lang),
        text: errors::internal_text(lang).to_owned(),
        code: "internal",
        incident: Some(incident.clone()),
    };
    let mut response = answer(status, asker, words, Some(&ApiError::Internal(incident)));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// There is no site in the database: nobody has set the product up yet.
pub fn no_site(asker: Asker) -> Response {
    tracing::warn!("there is no site in the database; load the demo with `lectern seed demo`");
    let words = Words {
        title: common::product(asker.lang),
        text: "No site has been set up yet. `lectern seed demo` loads one.".to_owned(),
        code: "no_site",
        incident: None,
    };
    answer(StatusCode::SERVICE_UNAVAILABLE, asker, words, None)
}

/// What a bare status says.
pub fn plain_status(status: StatusCode, asker: Asker) -> Response {
    let lang = asker.lang;
    let (text, code, error) = match status {
        StatusCode::NOT_FOUND => (errors::not_found_text(lang), "not_found", ApiError::NotFound),
        StatusCode::UNAUTHORIZED => (errors::sign_in_text(lang), "sign_in_required", ApiError::SignInRequired),
        StatusCode::FORBIDDEN => (errors::forbidden_text(lang), "not_allowed", ApiError::Refused(crate::domain::form::Refusal::NotAllowed)),
        _ if status.is_client_error() => (errors::fields_text(lang), "bad_request", ApiError::Connection),
        _ => (errors::internal_text(lang), "internal", ApiError::Connection),
    };
    answer(status, asker, Words { title: title(status, lang), text: text.to_owned(), code, incident: None }, Some(&error))
}

fn title(status: StatusCode, lang: Lang) -> &'static str {
    match status.as_u16() {
        401 => errors::sign_in_title(lang),
        402 => errors::unpaid_title(lang),
        403 => errors::forbidden_title(lang),
        404 => errors::not_found_title(lang),
        410 => errors::gone_title(lang),
        429 => errors::slow_down_title(lang),
        500.. => errors::internal_title(lang),
        _ => errors::conflict_title(lang),
    }
}

fn answer(status: StatusCode, asker: Asker, words: Words<'_>, error: Option<&ApiError>) -> Response {
    let mut response = match (asker.reader, error) {
        (Reader::Person, _) => html(asker.lang, &words),
        (Reader::ServerFunction, Some(error)) => Json(error).into_response(),
        (Reader::Program, _) | (Reader::ServerFunction, None) => {
            Json(json!({"error": {"code": words.code, "message": words.text, "incident": words.incident}})).into_response()
        }
        (Reader::Plain, _) => match &words.incident {
            Some(incident) => format!("{status}\n{}\n{}: {incident}\n", words.text, errors::quote(asker.lang)).into_response(),
            None => format!("{status}\n{}\n", words.text).into_response(),
        },
    };
    *response.status_mut() = status;
    response.extensions_mut().insert(Said);
    response
}

fn html(lang: Lang, words: &Words<'_>) -> Response {
    let (title, text, home) = (escape(words.title), escape(&words.text), escape(common::back_to_sessions(lang)));
    let quote = match &words.incident {
        Some(incident) => format!("<p>{} <code data-field=\"incident\">{}</code></p>", escape(errors::quote(lang)), escape(incident)),
        None => String::new(),
    };
    let page = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{}\"></head><body><main id=\"main\" class=\"page\"><div class=\"apology\">\
         <h1>{title}</h1><p>{text}</p>{quote}<p><a href=\"/\">{home}</a></p></div></main></body></html>",
        lang.tag(),
        escape(assets::stylesheet_path()),
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], Body::from(page)).into_response()
}

/// Text for HTML, in content and in quoted attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Where a signed-out visitor of a page goes: to the sign-in page, and back.
pub fn to_sign_in(path: &str) -> Response {
    super::rerender::redirect(&next::sign_in_path(path))
}
