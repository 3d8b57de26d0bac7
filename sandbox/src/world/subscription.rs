//! Where a bot wants to be called.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::server::ParsedCertificate;

use super::Happening;

/// What becomes of what cannot be told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GivingUp {
    /// Who failed for so long is called no more, and what waited for them is gone.
    Unsubscribes { after: TimeDelta },
    /// What happened so long ago is told nobody any more; what came later is.
    Forgets { after: TimeDelta },
}

/// A certificate of a bot's server.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Certificate(Arc<[u8]>);

impl Certificate {
    /// Reads one, in PEM or DER; of several the first. `None` when it is none.
    pub(crate) fn of(given: &[u8]) -> Option<Self> {
        let pem = CertificateDer::from_pem_slice(given);
        let certificate = pem.unwrap_or_else(|_| CertificateDer::from(given));
        ParsedCertificate::try_from(&certificate).ok()?;
        Some(Self(certificate.as_ref().into()))
    }

    pub(crate) fn der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({} bytes)", self.0.len())
    }
}

/// An address at which a bot wants to be told what happens.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The address.
    pub url: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What it wants to be told of, by the names on the wire; everything when it does not say.
    pub kinds: Option<Vec<String>>,
    /// The version of the API that it speaks, if it says.
    pub version: Option<String>,
    /// What proves a call to come from the messenger, if it asked for that.
    pub secret: Option<String>,
    /// What it is to be told, in order.
    pub(crate) waiting: VecDeque<Happening>,
    /// The one certificate that its server may have, if it said so.
    pub(crate) certificate: Option<Certificate>,
    /// How often the first of these was tried in vain.
    pub(crate) tries: u32,
    /// When it was first tried in vain.
    pub(crate) failing_since: Option<DateTime<Utc>>,
    /// When the first of these is tried next.
    pub(crate) due: DateTime<Utc>,
}

impl Subscription {
    /// A subscription that begins now.
    pub fn new(url: String, now: DateTime<Utc>) -> Self {
        Self {
            url,
            since: now,
            kinds: None,
            version: None,
            secret: None,
            certificate: None,
            waiting: VecDeque::new(),
            tries: 0,
            failing_since: None,
            due: now,
        }
    }

    /// How much waits to be told.
    pub fn depth(&self) -> usize {
        self.waiting.len()
    }

    /// Whether what waits first was tried in vain.
    pub fn is_failing(&self) -> bool {
        self.failing_since.is_some()
    }

    pub(super) fn wait_for(&mut self, happening: Happening) {
        let kind = happening.event.kind();
        if self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|it| it == kind)) {
            self.waiting.push_back(happening);
        }
    }

    /// What is told next, at most so much, if there is something and its time has come.
    pub(crate) fn next(&self, now: DateTime<Utc>, most: usize) -> Option<Vec<Happening>> {
        let is_due = !self.waiting.is_empty() && self.due <= now;
        is_due.then(|| self.waiting.iter().take(most).cloned().collect())
    }

    /// When something is to be done about it, if anything is: to call it again, or to give it up.
    pub(crate) fn wakes(&self, how: GivingUp) -> Option<DateTime<Utc>> {
        let given_up = self.given_up_at(how);
        self.waiting.front().map(|_| given_up.map_or(self.due, |at| at.min(self.due)))
    }

    /// When it, or what waits first, is given up, if nothing comes between.
    pub(crate) fn given_up_at(&self, how: GivingUp) -> Option<DateTime<Utc>> {
        match how {
            GivingUp::Unsubscribes { after } => self.failing_since.map(|since| since + after),
            GivingUp::Forgets { after } => self.waiting.front().map(|first| first.at + after),
        }
    }

    /// It is given up, or what waited for too long is; whether it goes on.
    pub(crate) fn give_up(&mut self, how: GivingUp, now: DateTime<Utc>) -> bool {
        match how {
            GivingUp::Unsubscribes { .. } => false,
            GivingUp::Forgets { after } => {
                self.waiting.retain(|it| it.at + after > now);
                (self.tries, self.failing_since, self.due) = (0, None, now);
                true
            }
        }
    }

    /// It has been told.
    pub(crate) fn told(&mut self, told: &[Happening], now: DateTime<Utc>) {
        let told: HashSet<i64> = told.iter().map(|it| it.number).collect();
        self.waiting.retain(|it| !told.contains(&it.number));
        (self.tries, self.failing_since, self.due) = (0, None, now);
    }

    /// It could not be told; `pause` says when it is tried again, by the count of failures.
    pub(crate) fn failed(&mut self, now: DateTime<Utc>, pause: impl FnOnce(u32) -> TimeDelta) {
        self.tries += 1;
        self.failing_since.get_or_insert(now);
        self.due = now + pause(self.tries);
    }
}
