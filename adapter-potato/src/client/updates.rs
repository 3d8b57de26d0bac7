//! Polling, and webhooks.

use std::time::Duration;

use gateway_core::http::{Operation, Repeat, SecretString};
use gateway_core::messenger::Result;
use gateway_core::model::Raw;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use url::Url;

use super::Client;
use crate::error::{done, if_any};
use crate::wire;

/// All that waits comes at once, by a poll and by a call, and nobody knows of a limit: this is some
/// 150,000 short messages.
pub(crate) const MOST_UPDATES_BYTES: usize = 64 * 1024 * 1024;

/// For as much; a platform that says nothing is given up by then, too.
const UPDATES_DEADLINE: Duration = Duration::from_mins(1);

/// What the answer holds is forgotten with it: a second try would hide that the first was lost.
const UPDATES: Operation = Operation::new("getUpdates", "receiving updates", Repeat::Never);
const SET: Operation = Operation::new("setWebhook", "setting a webhook", Repeat::Safe);
const REMOVE: Operation = Operation::new("delWebhook", "removing a webhook", Repeat::Safe);

impl Client {
    /// What happened since the last call, each as it came; the platform forgets it with this
    /// answer: `getUpdates`.
    ///
    /// `offset` is the number of the update that is wanted next. No document knows it; clients send
    /// it, and whether it is heeded nobody has shown.
    pub async fn updates(&self, offset: Option<i64>) -> Result<Vec<Raw>> {
        let call = self.call(&UPDATES, Method::GET).query_some("offset", offset).poll();
        // What does not come through is lost.
        let call = call.at_most(MOST_UPDATES_BYTES).deadline(UPDATES_DEADLINE);
        let updates: Option<Vec<Raw>> = call.send(if_any).await?;
        Ok(updates.unwrap_or_default())
    }

    /// Has updates delivered to an address: `setWebhook`. The certificate, as PEM, is that of the
    /// server there, where nobody has signed it.
    ///
    /// # Errors
    ///
    /// As any call; the address is in none of them, since whoever knows it may deliver there.
    pub async fn set_webhook(&self, url: &Url, certificate: Option<&[u8]>) -> Result<()> {
        let call = self.call(&SET, Method::POST);
        let call = call.hiding_address(url.as_str()).hiding(&SecretString::from(url.to_string()));
        let Some(certificate) = certificate else {
            return call.json(&wire::SetWebhook { url: url.as_str().into() }).send(done).await;
        };
        let part = Part::bytes(certificate.to_vec()).file_name("certificate.pem");
        let form = Form::new().text("url", url.to_string()).part("certificate", part);
        call.multipart(form).send(done).await
    }

    /// Ends the delivery to an address: `delWebhook`.
    pub async fn del_webhook(&self) -> Result<()> {
        self.call(&REMOVE, Method::GET).send(done).await
    }
}
