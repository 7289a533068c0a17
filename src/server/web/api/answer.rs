//! How the API answers: JSON, and errors as `{code, field?, message, hint, errors?}` (spec.md §1).

use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};

use crate::domain::{
    form::{FieldErrors, Problem, Refusal},
    text::Lang,
};
use crate::server::{
    failure::{Failure, report},
    web::incident::Said,
};
use crate::texts::{
    host as texts,
    problems::{say_problem, say_refusal},
};

/// A JSON body, or why it is none.
pub type Body = Result<Json<Value>, JsonRejection>;

/// `200` with a body.
pub fn ok(body: Value) -> Response {
    Json(body).into_response()
}

/// `201` with a body.
pub fn created(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

/// What went wrong, with its status.
pub fn failed(lang: Lang, failure: Failure) -> Response {
    failed_with(lang, failure, &[])
}

/// What went wrong, and what else a program needs to know about it.
pub fn failed_with(lang: Lang, failure: Failure, more: &[(&str, String)]) -> Response {
    let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = match failure {
        Failure::Refused(refusal) => refused(lang, &refusal),
        Failure::Fields(errors) => fields(lang, &errors),
        Failure::NotFound => error("not_found", texts::api_not_found(lang), texts::api_not_found_hint(lang)),
        Failure::SignInRequired => error("sign_in_required", texts::api_token_needed(lang), texts::api_token_hint(lang)),
        Failure::Fault(fault) => {
            let mut body = error("internal", texts::api_internal(lang), texts::api_internal_hint(lang));
            body.insert("incident".into(), report(&fault).into());
            body
        }
    };
    body.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())));
    say(status, body)
}

/// The fields of a JSON object as a form would send them: text, numbers and yes or no.
///
/// # Errors
/// A `400` when the body is no such object.
pub fn typed(lang: Lang, body: Body) -> Result<std::collections::BTreeMap<String, String>, Box<Response>> {
    let unreadable =
        || Box::new(say(StatusCode::BAD_REQUEST, error("bad_request", texts::api_bad_request(lang), texts::api_bad_request_hint(lang))));
    let Ok(Json(Value::Object(object))) = body else { return Err(unreadable()) };
    object
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::Null => None,
            Value::String(text) => Some(Ok((name, text))),
            Value::Number(number) => Some(Ok((name, number.to_string()))),
            Value::Bool(yes) => Some(Ok((name, yes.to_string()))),
            Value::Array(_) | Value::Object(_) => Some(Err(unreadable())),
        })
        .collect()
}

fn say(status: StatusCode, body: Map<String, Value>) -> Response {
    let mut response = (status, Json(Value::Object(body))).into_response();
    response.extensions_mut().insert(Said);
    response
}

fn error(code: &str, message: impl Into<String>, hint: &str) -> Map<String, Value> {
    Map::from_iter([("code".into(), code.into()), ("message".into(), message.into().into()), ("hint".into(), hint.into())])
}

fn refused(lang: Lang, refusal: &Refusal) -> Map<String, Value> {
    let hint = match refusal.status() {
        402 => texts::api_unpaid_hint(lang),
        403 => texts::api_forbidden_hint(lang),
        410 => texts::api_gone_hint(lang),
        429 | 503 => texts::api_wait_hint(lang),
        _ => texts::api_conflict_hint(lang),
    };
    let mut body = error(refusal.code(), say_refusal(lang, refusal), hint);
    if let Refusal::RateChanged { old, new } | Refusal::PriceChanged { old, new } = refusal {
        body.insert("old".into(), old.plain().into());
        body.insert("new".into(), new.plain().into());
    }
    body
}

/// The first problem at the top, so that a program that reads one field reads the right one; all of them in `errors`.
fn fields(lang: Lang, errors: &FieldErrors) -> Map<String, Value> {
    let all: Vec<Value> = errors
        .0
        .iter()
        .map(|e| json!({"field": e.field, "code": problem_code(&e.problem), "message": say_problem(lang, &e.problem)}))
        .collect();
    let mut body = match errors.0.first() {
        Some(first) => {
            let mut body = error(&problem_code(&first.problem), say_problem(lang, &first.problem), texts::api_fields_hint(lang));
            body.insert("field".into(), first.field.clone().into());
            body
        }
        None => error("invalid", texts::api_bad_request(lang), texts::api_fields_hint(lang)),
    };
    body.insert("errors".into(), all.into());
    body
}

/// A problem's stable code: its name as it is serialised.
fn problem_code(problem: &Problem) -> String {
    match serde_json::to_value(problem) {
        Ok(Value::String(code)) => code,
        Ok(Value::Object(object)) => object.into_iter().next().map_or_else(|| "invalid".to_owned(), |(code, _)| code),
        Ok(_) | Err(_) => "invalid".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_have_stable_codes() {
        for (problem, code) in [
            (Problem::FeeRequiresRegistration, "fee_requires_registration"),
            (Problem::OutOfRange { min: 1, max: 2 }, "out_of_range"),
            (Problem::InThePast, "in_the_past"),
            (Problem::TimeSkipped { before: "a".into(), after: "b".into() }, "time_skipped"),
        ] {
            assert_eq!(problem_code(&problem), code);
        }
    }
}
