//! The body of a request: read as a whole before anything is done with it, within its deadline.
//!
//! It stands behind the check of the token: who has none cannot make the server keep anything.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;
use tokio::time::timeout;

use super::options::ServerOptions;
use super::problem::{Kind, Problem};

/// Many clients write all of a body before they read, and what they have not written when the
/// connection is closed takes the answer away. So more is taken than is used: for so long, and so
/// many times the limit.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_TIMES: usize = 16;

/// What a body may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyLimits {
    bytes: usize,
    time: Duration,
}

impl From<&ServerOptions> for BodyLimits {
    fn from(options: &ServerOptions) -> Self {
        Self { bytes: options.max_body, time: options.body_timeout }
    }
}

/// Hands on a request whose body is here.
pub(super) async fn whole(
    State(limits): State<BodyLimits>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(next.run(Request::from_parts(parts, Body::empty())).await);
    }
    // Who asks first has not written anything yet, and shall not.
    let lingers = !parts.headers.contains_key(EXPECT);
    let body = timeout(limits.time, limits.read(body, lingers)).await.map_err(|_| {
        let detail = format!("the body was not complete after {:?}", limits.time);
        Problem::new(Kind::BodyTimeout, detail).and_hang_up()
    })??;
    Ok(next.run(Request::from_parts(parts, body.into())).await)
}

impl BodyLimits {
    async fn read(self, mut body: Body, lingers: bool) -> Result<Bytes, Problem> {
        let limit = self.bytes;
        let too_large = |detail| Err(Problem::new(Kind::TooLarge, detail).and_hang_up());
        let announced = body.size_hint().lower();
        if announced > limit as u64 {
            if lingers {
                linger(&mut body, limit.saturating_mul(LINGER_TIMES)).await;
            }
            return too_large(format!("the body has {announced} bytes, at most {limit}"));
        }
        match Limited::new(&mut body, limit).collect().await {
            Ok(whole) => Ok(whole.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => {
                linger(&mut body, limit.saturating_mul(LINGER_TIMES)).await;
                too_large(format!("the body has more than {limit} bytes"))
            }
            // The other side broke it off, so nobody reads this.
            Err(error) => Err(Problem::new(Kind::InvalidBody, format!("reading it: {error}"))),
        }
    }
}

async fn linger(body: &mut Body, most: usize) {
    let _ = timeout(LINGER, Limited::new(body, most).collect()).await;
}
