//! What is inside a [`FileId`].

use gateway_core::model::FileId;

/// A file on the platform: the token by which it is sent again (a sticker's code), and, of one that
/// arrived, the address at which it is fetched, behind a blank. Neither holds a blank itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct FileRef<'a> {
    pub(crate) token: &'a str,
    pub(crate) url: Option<&'a str>,
}

impl<'a> FileRef<'a> {
    pub(crate) fn new(token: &'a str, url: Option<&'a str>) -> Self {
        Self { token, url }
    }

    pub(crate) fn of(id: &'a FileId) -> Self {
        match id.as_str().split_once(' ') {
            Some((token, url)) => Self::new(token, Some(url)),
            None => Self::new(id.as_str(), None),
        }
    }

    pub(crate) fn to_id(self) -> FileId {
        match self.url {
            Some(url) => FileId::new(format!("{} {url}", self.token)),
            None => FileId::new(self.token),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_in_an_id_comes_back(token in "[!-~]{0,40}", url in proptest::option::of("[!-~]{1,40}")) {
            let file = FileRef::new(&token, url.as_deref());
            let id = file.to_id();
            prop_assert_eq!(FileRef::of(&id), file);
        }
    }
}
