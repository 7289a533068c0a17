//! Who is asking, on which site, in which language: established once per request by `web/caller.rs`.

use std::net::IpAddr;
use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use leptos::{prelude::use_context, reactive::owner::with_context};

use super::{
    failure::{Failure, Fault},
    state::App,
};
use crate::domain::{
    feature::Feature,
    ids::{DivisionId, PersonId},
    role::{Action, Role, may},
    text::Lang,
};
use crate::server::store::site::Site;

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are on this site.
    pub role: Role,
    /// The division they belong to.
    pub division: Option<DivisionId>,
}

/// What a request is known to be: put into the request's extensions by the `caller` layer.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant, found by host name. Shared, because every server function of a page takes a copy of who asks.
    pub site: Arc<Site>,
    /// Who is signed in, by cookie or bearer token.
    pub person: Option<Person>,
    /// The language to answer in.
    pub lang: Lang,
    /// Where the request comes from.
    pub ip: IpAddr,
}

/// A request's context: the shared parts and who is asking.
#[derive(Clone)]
pub struct Ctx {
    /// The shared parts.
    pub app: App,
    /// Who asks.
    pub caller: Caller,
}

impl Ctx {
    /// The context of the server function or page being run.
    ///
    /// # Errors
    /// A fault when called outside a request.
    pub fn current() -> Result<Self, Failure> {
        let app = use_context::<App>();
        let caller = with_context::<Parts, _>(|parts| parts.extensions.get::<Caller>().cloned()).flatten();
        match (app, caller) {
            (Some(app), Some(caller)) => Ok(Self { app, caller }),
            _ => Err(Failure::Fault(Fault::Other("no request context here".into()))),
        }
    }

    /// The person, if their role allows `action`.
    ///
    /// # Errors
    /// `SignInRequired`, or `NotAllowed` (403).
    pub fn require(&self, action: Action) -> Result<&Person, Failure> {
        let person = self.caller.person.as_ref().ok_or(Failure::SignInRequired)?;
        if may(person.role, action) { Ok(person) } else { Err(crate::domain::form::Refusal::NotAllowed.into()) }
    }

    /// Passes when the feature is provisioned and enabled on this site.
    ///
    /// # Errors
    /// `NotProvisioned` or `NotEnabled` (403).
    pub fn require_feature(&self, feature: Feature) -> Result<(), Failure> {
        Ok(self.caller.site.features.require(feature)?)
    }

    /// The site.
    pub fn site(&self) -> &Site {
        &self.caller.site
    }

    /// The language to answer in.
    pub fn lang(&self) -> Lang {
        self.caller.lang
    }

    /// Who did it, for the audit trail: the person's id, or `buyer`.
    pub fn actor(&self) -> String {
        self.caller.person.as_ref().map_or_else(|| "buyer".to_owned(), |p| p.id.to_string())
    }

    /// From where, for the audit trail.
    pub fn origin(&self) -> String {
        self.caller.ip.to_string()
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = axum::http::StatusCode;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Self { app: app.clone(), caller })
    }
}
