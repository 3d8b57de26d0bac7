//! Who may do what.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;

use super::problem::{Kind, Problem};
use crate::Registry;
use crate::token::{Scope, Token};

/// The scope that a route requires.
#[derive(Clone, Copy, Debug)]
pub(super) struct Required(pub(super) Scope);

/// Lets a request through whose token allows it.
pub(super) async fn check(
    State(registry): State<Registry>,
    Extension(Required(scope)): Extension<Required>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let header = request.headers().get(AUTHORIZATION);
    let header = header.ok_or_else(|| {
        Problem::new(Kind::Unauthorized, "there is no Authorization header")
            .with_challenge("Bearer realm=\"registry\"")
    })?;
    let token = header.to_str().ok().and_then(bearer).and_then(Token::parse);
    let allowed = match &token {
        Some(token) => registry.allows(token, scope).await?,
        None => None,
    };
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
