//! Establishes, once per request, who asks ([`Caller`]): the site by host name, the person by login or bearer token, the language,
//! the address. An anonymous request costs one small read (the site, whose feature switches must hold at once), no more.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::Response,
};

use super::{
    incident::{self, Asker},
    lang,
};
use crate::domain::role::Role;
use crate::look_up;
use crate::server::{
    auth::{self, AuthSession},
    config::Network,
    ctx::{Caller, Person},
    failure::{Failure, Fault},
    state::App,
    store::{
        db::StoreError,
        person::{self, PersonRecord},
        site::{self, Site},
    },
};

/// The other end of the connection, put into each request by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The middleware: puts a [`Caller`] into the request's extensions.
pub async fn establish(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match find(&app, &mut request).await {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => incident::no_site(Asker::of(&request)),
        Err(failure) => incident::from_failure(failure, Asker::of(&request)),
    }
}

async fn find(app: &App, request: &mut Request) -> Result<Option<Caller>, Failure> {
    let host = host_name(request.uri(), request.headers());
    let now = app.clock.now();
    let token = bearer(request.headers()).map(auth::digest);
    let site: Option<Site> = look_up!(app.db, |tx| -> Result<_, StoreError> { site::find_by_host(tx, &host).await })?;
    let Some(site) = site else { return Ok(None) };
    let record = match token {
        Some(hash) => {
            let by_token: Option<PersonRecord> =
                look_up!(app.db, |tx| -> Result<_, StoreError> { person::find_by_token(tx, &hash, now).await })?;
            by_token.filter(|person| !person.is_disabled)
        }
        None => by_login(app, request).await?,
    };
    let person = record.and_then(|record| on_site(record, &site));
    let lang = lang::preferred(request.headers()).unwrap_or(site.lang);
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
    let ip = client_address(peer, request.headers(), &app.config.trusted_proxies);
    Ok(Some(Caller { site: site.into(), person, lang, ip }))
}

/// The person of the request's login, which is kept alive by being used.
async fn by_login(app: &App, request: &mut Request) -> Result<Option<PersonRecord>, Failure> {
    let Some(login) = request.extensions_mut().get_mut::<AuthSession>() else { return Ok(None) };
    let Some(user) = login.user.clone() else { return Ok(None) };
    let goes_on = auth::keep_alive(login, app.clock.now()).await.map_err(|e| Failure::Fault(Fault::Other(e.to_string())))?;
    Ok(goes_on.then_some(user.person))
}

/// A person is somebody on their own site only; account managers, who belong to none, on all.
fn on_site(record: PersonRecord, site: &Site) -> Option<Person> {
    let belongs = match (record.role, record.site) {
        (Role::AccountManager, None) => true,
        (_, Some(own)) => own == site.id,
        (_, None) => false,
    };
    belongs.then_some(Person { id: record.id, name: record.name, email: record.email, role: record.role, division: record.division })
}

/// Whether somebody who just proved their password is somebody on this site.
pub fn belongs_to(record: &PersonRecord, site: &Site) -> bool {
    on_site(record.clone(), site).is_some()
}

/// The host a request is for, in lower case and without its port. It only chooses a site: nothing is trusted because of it.
fn host_name(uri: &Uri, headers: &HeaderMap) -> String {
    let host = uri.authority().map(|a| a.as_str()).or_else(|| headers.get(header::HOST).and_then(|v| v.to_str().ok())).unwrap_or_default();
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty() => name,
        Some(_) | None => host,
    };
    // A NUL would be refused by the database as our fault.
    without_port.chars().filter(|c| c.is_ascii_graphic()).collect::<String>().to_ascii_lowercase()
}

/// The bearer token of a program, if it shows one.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}

/// The first address, from the near end, that is not a proxy we trust. Anything a client writes itself stands further away.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut nearest = peer.to_canonical();
    if !is_trusted(nearest) {
        return nearest;
    }
    let hops: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).collect();
    for hop in hops.into_iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
        nearest = ip.to_canonical();
        if !is_trusted(nearest) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_forwarded_address_is_believed_from_trusted_proxies_only() {
        let (proxy, client): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "203.0.113.9".parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let forwarded = headers(&[("x-forwarded-for", "1.2.3.4, 203.0.113.9, 10.0.0.7")]);
        assert_eq!(client_address(proxy, &forwarded, &trusted), client, "what the client claims (1.2.3.4) is not believed");
        assert_eq!(client_address(proxy, &forwarded, &[]), proxy);
        assert_eq!(client_address(client, &headers(&[("x-forwarded-for", "1.2.3.4")]), &trusted), client);
        assert_eq!(client_address(proxy, &headers(&[("x-forwarded-for", "garbage")]), &trusted), proxy);
        assert_eq!(client_address(proxy, &headers(&[]), &trusted), proxy);
    }

    #[test]
    fn a_host_is_a_name_without_port_and_case() {
        let host = |text: &str| host_name(&Uri::from_static("/"), &headers(&[("host", text)]));
        assert_eq!(host("Training.Example:8443"), "training.example");
        assert_eq!(host("[::1]:3000"), "[::1]");
        assert_eq!(host("[::1]"), "[::1]");
        assert_eq!(host(""), "");
        assert_eq!(host_name(&"http://a.example/x".parse().unwrap(), &headers(&[("host", "b.example")])), "a.example");
    }

    #[test]
    fn a_bearer_token_is_what_follows_the_scheme() {
        assert_eq!(bearer(&headers(&[("authorization", "bearer abc")])), Some("abc"));
        for other in ["Basic abc", "Bearer ", "Bearer", ""] {
            assert_eq!(bearer(&headers(&[("authorization", other)])), None, "{other}");
        }
    }
}
