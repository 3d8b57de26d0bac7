//! The bytes of a file on their way in: from a bot, or from a person's hand.

use std::io::{self, SeekFrom};
use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use crate::body::SILENCE;
use crate::world::{FileKey, World};

/// How long an upload waits for another one of the same file, which may have lost its client.
const TURN: Duration = Duration::from_secs(10);

/// What can befall an upload.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// Somebody else writes it.
    #[error("another upload of this file is under way")]
    Busy,
    /// The client says nothing any more.
    #[error("nothing came for {} s", SILENCE.as_secs())]
    Silent,
    /// The client is gone, or does not hold to the form.
    #[error("reading the upload: {0}")]
    Client(String),
    /// It is too large.
    #[error("a file of this kind may have {0} bytes, and this one has more")]
    TooLarge(u64),
    /// This machine fails.
    #[error("storing the upload: {0}")]
    Disk(#[from] io::Error),
}

/// How far a part may go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many bytes of it are here and are not written again.
    pub(crate) skip: u64,
    /// How many bytes the file may have.
    pub(crate) limit: u64,
    /// After how many bytes of the part the line is cut, if it is.
    pub(crate) cut: Option<u64>,
}

/// How a part ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// The client said all of it: so many bytes, with those that were skipped.
    Whole(u64),
    /// The line was cut.
    Cut,
}

/// A file that is being written: by one at a time, and counted even when that one goes away.
pub(crate) struct Incoming {
    world: World,
    key: FileKey,
    file: File,
    at: u64,
    /// Whether what came stays when the rest does not.
    stays: bool,
    _turn: OwnedMutexGuard<()>,
}

impl Incoming {
    /// Waits until nobody writes the file; `from` says, of how many bytes are here, from where on
    /// it is written; nothing when it shall not be written.
    pub(crate) async fn open<E: From<Broken>>(
        world: &World,
        key: FileKey,
        stays: bool,
        from: impl FnOnce() -> Result<u64, E>,
    ) -> Result<Self, E> {
        let (turn, path) = world.look(|it| (it.file(key).turn.clone(), it.file(key).path.clone()));
        let turn = timeout(TURN, turn.lock_owned()).await.map_err(|_| Broken::Busy)?;
        let at = from()?;
        let opened = async {
            let mut file =
                OpenOptions::new().create(true).truncate(false).write(true).open(path).await?;
            file.set_len(at).await?;
            file.seek(SeekFrom::Start(at)).await?;
            Ok::<File, io::Error>(file)
        };
        let file = opened.await.map_err(Broken::Disk)?;
        Ok(Self { world: world.clone(), key, file, at, stays, _turn: turn })
    }

    /// Takes a part in. Memory holds no more than a piece of it.
    pub(crate) async fn take<E: std::fmt::Display>(
        &mut self,
        part: impl Stream<Item = Result<Bytes, E>>,
        Bounds { mut skip, limit, cut }: Bounds,
    ) -> Result<End, Broken> {
        let mut part = std::pin::pin!(part);
        let mut came = 0;
        loop {
            let piece = timeout(SILENCE, part.next()).await.map_err(|_| Broken::Silent)?;
            let Some(piece) = piece else { break };
            let mut piece = piece.map_err(|why| Broken::Client(why.to_string()))?;
            let is_cut = cut.is_some_and(|cut| came + length(&piece) >= cut);
            if let (true, Some(cut)) = (is_cut, cut) {
                piece.truncate(usize::try_from(cut - came).unwrap_or(usize::MAX));
            }
            came += length(&piece);
            let skipped = skip.min(length(&piece));
            skip -= skipped;
            let new = piece.slice(usize::try_from(skipped).unwrap_or(usize::MAX)..);
            if self.at + length(&new) > limit {
                return Err(Broken::TooLarge(limit));
            }
            self.file.write_all(&new).await?;
            self.at += length(&new);
            if is_cut {
                self.file.flush().await?;
                return Ok(End::Cut);
            }
        }
        self.file.flush().await?;
        Ok(End::Whole(came))
    }

    /// From where on it is written next.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// All that there shall be is here, or all of a part of it; how many bytes that makes.
    pub(crate) fn keep(mut self) -> u64 {
        self.stays = true;
        self.at
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let (key, bytes) = (self.key, if self.stays { self.at } else { 0 });
        self.world.act(|state| state.file_mut(key).bytes = bytes);
    }
}

/// Bytes of a file that are here already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    /// The first of them.
    pub(crate) first: u64,
    /// How many.
    pub(crate) expected: u64,
}

/// How a part that comes once more compares to what is here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Compared {
    /// It is the same.
    Same,
    /// It has as many bytes, and others.
    Other,
    /// It has another length: how many came.
    Length(String),
    /// The line was cut.
    Cut,
}

/// Compares a part that comes once more to what is here.
pub(crate) async fn compare<E: std::fmt::Display>(
    path: &Path,
    Kept { first, expected }: Kept,
    part: impl Stream<Item = Result<Bytes, E>>,
    cut: Option<u64>,
) -> Result<Compared, Broken> {
    let mut file = File::open(path).await?;
    file.seek(SeekFrom::Start(first)).await?;
    let (mut came, mut is_same, mut here) = (0, true, Vec::new());
    let mut part = std::pin::pin!(part);
    while let Some(piece) = timeout(SILENCE, part.next()).await.map_err(|_| Broken::Silent)? {
        let piece = piece.map_err(|why| Broken::Client(why.to_string()))?;
        came += length(&piece);
        if cut.is_some_and(|cut| came >= cut) {
            return Ok(Compared::Cut);
        }
        if came > expected {
            return Ok(Compared::Length("more".to_owned()));
        }
        here.resize(piece.len(), 0);
        file.read_exact(&mut here).await?;
        is_same &= here == piece;
    }
    Ok(match came == expected {
        true if is_same => Compared::Same,
        true => Compared::Other,
        false => Compared::Length(came.to_string()),
    })
}

fn length(piece: &Bytes) -> u64 {
    u64::try_from(piece.len()).unwrap_or(u64::MAX)
}
