//! Growing pauses between tries.

use std::time::Duration;

use backon::BackoffBuilder as _;
use backon::ExponentialBuilder;
use gateway_core::chance::Chance;
use tokio_util::sync::CancellationToken;

/// Pauses that double from `first` up to `longest`, each with some chance in it, without end: so
/// that those who failed together do not come again together.
pub(crate) fn growing(
    chance: &Chance,
    first: Duration,
    longest: Duration,
) -> impl Iterator<Item = Duration> + use<> {
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(longest)
        .with_jitter()
        .with_jitter_seed(u64::from_le_bytes(chance.bytes()))
        .without_max_times()
        .build()
}

/// The longest pause that a messenger can ask for: what is more is a mistake, or malice.
const LONGEST_ASKED: Duration = Duration::from_mins(10);

/// A pause of our own, or the one that the messenger asks for if that is longer.
pub(crate) fn as_asked(own: Duration, asked: Duration) -> Duration {
    asked.min(LONGEST_ASKED).max(own)
}

/// Waits, unless the stop comes first; says whether it has come.
pub(crate) async fn or_stop(pause: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        biased;
        () = stop.cancelled() => true,
        () = tokio::time::sleep(pause) => false,
    }
}
