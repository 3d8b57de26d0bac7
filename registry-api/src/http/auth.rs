//! Who may do what, and how often.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;

use super::options::ServerOptions;
use super::problem::{Fault, Kind, Problem};
use super::rates::Rates;
use crate::Registry;
use crate::token::{Scope, Token};

/// Who says what a token allows, and how often.
#[derive(Clone, Debug)]
pub(super) struct Gate {
    registry: Registry,
    rates: Option<Arc<Rates>>,
}

impl Gate {
    pub(super) fn new(registry: Registry, options: &ServerOptions) -> Self {
        Self { registry, rates: options.rate.map(|rate| Arc::new(Rates::new(rate))) }
    }

    /// Counts a request of a token that was given out.
    fn count(&self, token: &Token) -> Result<(), Problem> {
        let Some(rates) = &self.rates else { return Ok(()) };
        rates.admit(token.hash()).map_err(|wait| {
            Problem::new(Kind::RateLimited, "the token has made all requests it may for now")
                .with_retry_after(wait)
        })
    }
}

/// The scope that a route requires.
#[derive(Clone, Copy, Debug)]
pub(super) struct Required(pub(super) Scope);

/// Lets a request through whose token allows it.
pub(super) async fn check(
    State(gate): State<Gate>,
    Extension(Required(scope)): Extension<Required>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION).iter();
    let (header, other) = (headers.next(), headers.next());
    if other.is_some() {
        // Whoever stands between may have looked at the other one.
        return Err(Problem::faults(vec![Fault::header("Authorization", "it is given twice")]));
    }
    let header = header.ok_or_else(|| {
        Problem::new(Kind::Unauthorized, "there is no Authorization header")
            .with_challenge("Bearer realm=\"registry\"")
    })?;
    let token = header.to_str().ok().and_then(bearer).and_then(Token::parse);
    let allowed = match &token {
        Some(token) => gate.registry.allows(token, scope).await?,
        None => None,
    };
    if let (Some(token), Some(_)) = (&token, allowed) {
        gate.count(token)?;
    }
    // Whoever keeps something under a client's own name asks who the client is.
    if let Some(token) = token {
        request.extensions_mut().insert(token);
    }
    match allowed {
        Some(true) => Ok(next.run(request).await),
        Some(false) => {
            let detail = format!("the token lacks the scope {}", scope.name());
            Err(Problem::new(Kind::InsufficientScope, detail)
                .with_challenge("Bearer realm=\"registry\", error=\"insufficient_scope\""))
        }
        None => Err(Problem::new(Kind::Unauthorized, "the token is not valid")
            .with_challenge("Bearer realm=\"registry\", error=\"invalid_token\"")),
    }
}

/// The token of a header `Bearer …`; the scheme's case does not matter.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
