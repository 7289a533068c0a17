//! Names below `localhost` are this machine (RFC 6761, 6.3). Browsers know that, resolvers of systems often do not; sites of a demo
//! have such names, and notices go to them.

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver, which need not know that.
pub struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if is_here(name.as_str()) {
                return Ok(Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_here(name: &str) -> bool {
    name.trim_end_matches('.').to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_below_localhost_are_here() {
        for (name, expected) in [
            ("us.localhost", true),
            ("A.B.LOCALHOST.", true),
            ("localhost", false),
            ("localhost.example", false),
            ("notlocalhost", false),
            ("api.stripe.com", false),
        ] {
            assert_eq!(is_here(name), expected, "{name}");
        }
    }
}
