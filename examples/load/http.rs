//! One kept connection to the server, with `TCP_NODELAY`: what a browser has.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, client::conn::http1::SendRequest, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Failure;

/// What came back.
pub struct Answer {
    pub status: u16,
    /// `Location`, or nothing.
    pub location: String,
    /// `Set-Cookie`, the name and value of each.
    pub cookies: Vec<String>,
    pub body: String,
}

/// A connection and the cookies of the buyer who uses it at the moment.
pub struct Line {
    address: String,
    sender: SendRequest<Full<Bytes>>,
    pub cookies: Vec<String>,
}

impl Line {
    pub async fn open(address: &str) -> Result<Self, Failure> {
        Ok(Self { address: address.to_owned(), sender: connect(address).await?, cookies: Vec::new() })
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Failure> {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        self.send(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], body.into()).await
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Answer, Failure> {
        if self.sender.ready().await.is_err() {
            // The server may close a kept connection between two requests.
            self.sender = connect(&self.address).await?;
        }
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, &self.address).header(header::ACCEPT, "text/html");
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.sender.send_request(request.body(Full::new(body))?).await?;
        let (head, body) = response.into_parts();
        let text = |name| head.headers.get(name).and_then(|value: &hyper::header::HeaderValue| value.to_str().ok());
        let cookies =
            head.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned));
        Ok(Answer {
            status: head.status.as_u16(),
            location: text(header::LOCATION).unwrap_or_default().to_owned(),
            cookies: cookies.collect(),
            body: String::from_utf8(body.collect().await?.to_bytes().into())?,
        })
    }
}

async fn connect(address: &str) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the connection; what breaks is told to whoever sends next.
    tokio::spawn(connection);
    Ok(sender)
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
