//! Which process runs an account.

use std::fmt;

use async_trait::async_trait;
use gateway_core::model::AccountId;

use super::Result;

/// The number of an owner: each has a greater one than the owner before it. A write that carries an
/// older one than the account's is not taken.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fence(pub i64);

/// An account is owned.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// The account.
    pub account: AccountId,
    /// The owner's number.
    pub fence: Fence,
}

/// Says which process runs an account: one at a time.
#[async_trait]
pub trait Owners: fmt::Debug + Send + Sync {
    /// Takes an account; `None` while another process has it.
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>>;

    /// Whether it is still owned. An error means that nobody can say, and that it must be given up:
    /// another process may have it by now.
    async fn holds(&self, claim: &Claim) -> Result<bool>;

    /// Whether other processes may write to the same journal: then it is looked at for what they
    /// wrote.
    fn is_shared(&self) -> bool {
        true
    }

    /// Gives an account up, so that the next owner need not wait.
    async fn release(&self, claim: Claim);
}
