//! Rates as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use gateway_core::http::Rate;

/// A rate, and the text that it was written as: `50` a second, `50:200` with up to 200 at once after
/// a silence, `20/1m` a minute.
///
/// ```
/// use gateway::config::WrittenRate;
///
/// let rate: WrittenRate = "20/1m:5".parse()?;
/// assert_eq!(rate.to_string(), "20/1m:5");
/// assert_eq!(rate.rate().interval().as_secs(), 3);
/// # Ok::<(), gateway::config::NoRate>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WrittenRate {
    text: String,
    rate: Rate,
}

/// A text that is no rate.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("reading a rate: {0:?} is none; 50 is one, a second, and so are 50:200 and 20/1m")]
pub struct NoRate(String);

impl WrittenRate {
    /// The rate itself.
    pub fn rate(&self) -> Rate {
        self.rate
    }
}

impl FromStr for WrittenRate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        let no = || NoRate(text.to_owned());
        let number = |text: &str| text.parse().ok().filter(|it: &u32| *it > 0).ok_or_else(no);
        let (rate, burst) = match text.split_once(':') {
            Some((rate, burst)) => (rate, Some(number(burst)?)),
            None => (text, None),
        };
        let (requests, period) = match rate.split_once('/') {
            Some((requests, period)) => (number(requests)?, humantime::parse_duration(period)),
            None => (number(rate)?, Ok(Duration::from_secs(1))),
        };
        let period = period.ok().filter(|it| !it.is_zero()).ok_or_else(no)?;
        let rate = Rate::new(requests, period).with_burst(burst.unwrap_or(requests));
        Ok(Self { text: text.to_owned(), rate })
    }
}

impl fmt::Display for WrittenRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_perhaps_a_period_and_a_burst() {
        let rate = |text: &str| text.parse::<WrittenRate>().expect(text).rate();
        assert_eq!(rate("50"), Rate::per_second(50).with_burst(50));
        assert_eq!(rate("50:200"), Rate::per_second(50).with_burst(200));
        assert_eq!(rate("20/1m:1"), Rate::new(20, Duration::from_mins(1)));
        for text in ["", "0", "5:0", "5:", "-1", "5:5:5", "5/", "5/0s", "5/m", "/1m"] {
            assert!(text.parse::<WrittenRate>().is_err(), "{text:?}");
        }
    }
}
