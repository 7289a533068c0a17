//! Which addresses a stored setting may make the server call: a processor's own hosts over TLS, and this machine (the
//! simulators). Nothing else, so that a setting cannot make the server knock at its neighbours' doors.

use reqwest::Url;

/// `base_url` as an address to call: https at one of `hosts` on the usual port, or anything on this machine; without user,
/// password, query or fragment. `None` for any other.
pub fn callable(base_url: &str, hosts: &[&str]) -> Option<Url> {
    let url = Url::parse(base_url).ok()?;
    let theirs = url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(|host| hosts.contains(&host));
    let here = matches!(url.scheme(), "http" | "https") && is_here(&url);
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    ((theirs || here) && bare).then_some(url)
}

/// Points at this machine.
pub fn is_here(url: &Url) -> bool {
    url.host_str().is_some_and(is_this_machine)
}

/// A host name or address of this machine.
pub fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_hosts_and_this_machine_are_called() {
        let hosts = ["api.example.com"];
        for good in
            ["https://api.example.com", "https://api.example.com/", "http://127.0.0.1:3001/x/", "http://[::1]:1/", "http://localhost/"]
        {
            assert!(callable(good, &hosts).is_some(), "{good}");
        }
        for bad in [
            "",
            "api.example.com",
            "http://api.example.com/",
            "https://api.example.com:8443/",
            "https://api.example.com.evil.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "http://user:pw@127.0.0.1/",
            "http://127.0.0.1/?x=1",
            "http://127.0.0.1/#x",
            "https://127.0.0.1.example/",
        ] {
            assert_eq!(callable(bad, &hosts), None, "{bad}");
        }
    }
}
