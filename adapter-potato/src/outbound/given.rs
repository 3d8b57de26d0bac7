//! What a bot gives by mistake, and what no call can say: it is named before anything is sent, since
//! the platform's own words are a number and no field. What is wrong is said in words, for whoever
//! knows the field.

use url::Url;

/// Refuses a text with a NUL in it: what the platform makes of one, no document says.
pub(super) fn text(text: &str) -> Result<(), String> {
    match memchr::memchr(0, text.as_bytes()) {
        None => Ok(()),
        Some(at) => Err(format!("its byte {at} is a NUL")),
    }
}

/// Refuses degrees that JSON cannot say. How many there may be is not looked at: the document's own
/// example has a latitude of 212.03.
pub(super) fn degrees(degrees: f64) -> Result<f64, String> {
    if degrees.is_finite() { Ok(degrees) } else { Err(format!("{degrees} are no degrees")) }
}

/// Refuses the address of a button that leads nowhere: `InlineKeyboardButton`, "HTTP url".
pub(super) fn web_address(url: &str) -> Result<(), String> {
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Ok(()),
        Ok(parsed) => {
            let scheme = parsed.scheme();
            Err(format!("{url:?}: its scheme is {scheme}, it must be http or https"))
        }
        Err(why) => Err(format!("{url:?} is no address: {why}")),
    }
}
