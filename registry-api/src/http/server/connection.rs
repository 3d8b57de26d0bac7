//! One connection, from its first byte to its end.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::clock::{Clock, Patience, Phase, Timed};
use crate::http::measure;
use crate::http::options::ServerOptions;

/// The longest headers of a request, in bytes: what a connection holds of them while they come.
const HEADERS_LIMIT: usize = 16 * 1024;

/// When to look again at a connection that has no deadline now. It gets one when its request ends,
/// which is noticed in that moment; this only has to be some time.
const LATER: Duration = Duration::from_hours(1);

/// What every connection is served with.
#[derive(Clone)]
pub(super) struct Host {
    routes: Router,
    patience: Patience,
    handshake: Duration,
    tls: Option<TlsAcceptor>,
    stop: CancellationToken,
}

impl Host {
    pub(super) fn new(routes: Router, options: &ServerOptions, stop: CancellationToken) -> Self {
        // HTTP/1.1 is what is spoken, and a client that can do more shall know.
        let tls = options.tls.as_deref().cloned().map(|mut tls| {
            tls.alpn_protocols = vec![b"http/1.1".to_vec()];
            TlsAcceptor::from(Arc::new(tls))
        });
        let (patience, handshake) = (options.into(), options.handshake_timeout);
        Self { routes, patience, handshake, tls, stop }
    }

    /// Serves what comes over a connection, until it ends or misses a deadline.
    pub(super) async fn receive(self, stream: TcpStream, peer: SocketAddr, opened: Instant) {
        let _open = measure::Open::count();
        // An answer is written at once as a whole; waiting for more would only hold it back.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            // Nothing is made ready before the first byte: so a connection that only is there costs
            // next to nothing.
            let first = timeout_at(opened + self.patience.silent, stream.readable());
            match self.or_the_stop(first).await {
                Some(Ok(_)) => {
                    self.talk(stream, peer, Clock::since(opened, self.patience)).await;
                }
                Some(Err(_)) => measure::timed_out(Phase::Silent.name()),
                None => {}
            }
            return;
        };
        let hands = timeout_at(opened + self.handshake, tls.accept(stream));
        match self.or_the_stop(hands).await {
            Some(Ok(Ok(stream))) => {
                let clock = Clock::since(Instant::now(), self.patience);
                self.talk(stream, peer, clock).await;
            }
            Some(Err(_)) => measure::timed_out("handshake"),
            // Who does not trust the certificate hangs up, as those do who try the door.
            Some(Ok(Err(_))) | None => {}
        }
    }

    /// What has come is looked at before the stop is: a request that is here has begun.
    async fn or_the_stop<T>(&self, what: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            got = what => Some(got),
            () = self.stop.cancelled() => None,
        }
    }

    async fn talk<S>(&self, stream: S, peer: SocketAddr, clock: Clock)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let routes = TowerToHyperService::new(self.routes.clone());
        let requests = clock.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let clock = requests.clone();
            clock.request();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = routes.call(request);
            async move {
                let answer: Result<Response<Body>, _> = answer.await;
                clock.answer();
                answer
            }
        });
        let stream = TokioIo::new(Timed::new(stream, clock.clone()));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(HEADERS_LIMIT)
            .serve_connection(stream, service);
        let mut connection = pin!(connection);
        let mut alarm = pin!(sleep_until(Instant::now() + LATER));
        let mut stop = pin!(self.stop.cancelled());
        let mut is_stopping = false;
        let ended = poll_fn(|cx| {
            loop {
                if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                    return Poll::Ready(Some(ended));
                }
                if is_stopping || stop.as_mut().poll(cx).is_pending() {
                    break;
                }
                is_stopping = true;
                if clock.now().0 == Phase::Silent {
                    return Poll::Ready(None);
                }
                // It closes now if nothing is under way, or after the answer.
                connection.as_mut().graceful_shutdown();
            }
            // The alarm is set anew only where it would ring too late, not for every request.
            loop {
                let (phase, until) = clock.now();
                if let Some(until) = until
                    && until < alarm.deadline()
                {
                    alarm.as_mut().reset(until);
                }
                if alarm.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let now = Instant::now();
                match until {
                    Some(until) if until <= now => {
                        measure::timed_out(phase.name());
                        return Poll::Ready(None);
                    }
                    until => alarm.as_mut().reset(until.unwrap_or(now + LATER)),
                }
            }
        });
        if let Some(Err(error)) = ended.await {
            // The other side went away or does not speak HTTP: its affair, not the operator's.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
