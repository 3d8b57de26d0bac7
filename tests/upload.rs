//! A file of one gibibyte goes up in constant memory, and over a cut line.
//!
//! It has a process of its own: what is measured is the process.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use gateway_core::Messenger as _;
use gateway_core::messenger::Upload;
use gateway_core::model::{Attachment, AttachmentKind, ChatId, NewMessage};
use gateway_tests::{PATIENCE, Street};
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

const GIBIBYTE: u64 = 1024 * 1024 * 1024;
const MEBIBYTE: u64 = 1024 * 1024;

/// The most memory that the process may ever have had, the emulated messenger in it included.
const MOST_MEMORY: u64 = 64 * MEBIBYTE;

/// Bytes without end that are nowhere, each known by its place.
#[derive(Debug)]
struct Content {
    place: u64,
    bytes: u64,
}

impl Content {
    fn of(bytes: u64) -> Self {
        Self { place: 0, bytes }
    }

    /// Eight bytes at a time: the number of their place, mixed.
    fn word(number: u64) -> [u8; 8] {
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()
    }
}

impl AsyncRead for Content {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while buffer.remaining() > 0 && self.place < self.bytes {
            let word = Self::word(self.place / 8);
            let from = usize::try_from(self.place % 8).expect("below eight");
            let left = usize::try_from((self.bytes - self.place).min(8)).expect("at most eight");
            let length = (8 - from).min(buffer.remaining()).min(left);
            buffer.put_slice(&word[from..from + length]);
            self.place += length as u64;
        }
        Poll::Ready(Ok(()))
    }
}

async fn hash(mut content: impl AsyncRead + Unpin) -> (u64, Vec<u8>) {
    let (mut hasher, mut length) = (Sha256::new(), 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = content.read(&mut buffer).await.expect("it can be read");
        if read == 0 {
            return (length, hasher.finalize().to_vec());
        }
        hasher.update(&buffer[..read]);
        length += read as u64;
    }
}

/// The most memory that this process ever had, where the system says.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[tokio::test]
async fn a_gibibyte_goes_up_in_constant_memory_and_over_a_cut_line() {
    let street = Street::open().await;
    let max = street.tamtam(Platform::Max);
    let mut anna = street.anna(Platform::Max);
    anna.says("send me everything");
    let dialog = street.world.look(|state| {
        let (bot, anna) = (state.bot(Platform::Max)?, state.person(Platform::Max, "Anna")?);
        Some(ChatId::of(state.dialog_id(bot, anna)))
    });
    let dialog = dialog.expect("they have met");
    // Half of it is there when the line is cut, in the middle of a piece.
    let cut = Fault::Cut { bytes: 1_000_000 };
    let fault = PlannedFault::next(Platform::Max, Operation::Upload, cut).after(260);
    street.world.faults().plan(fault);

    let upload = Upload {
        name: "everything.bin".to_owned(),
        mime_type: None,
        bytes: Some(GIBIBYTE),
        content: Box::pin(Content::of(GIBIBYTE)),
    };
    let files = max.files().expect("MAX takes files");
    let media = files.upload(AttachmentKind::File, upload).await.expect("it is uploaded");
    assert_eq!(street.world.faults().still_planned(), [], "the line was cut");

    let stored = street.world.look(|state| {
        let (_, file) = state.files().last().expect("a file");
        (file.bytes, file.name.clone(), file.path.clone())
    });
    assert_eq!((stored.0, stored.1.as_deref()), (GIBIBYTE, Some("everything.bin")));
    let arrived = hash(tokio::fs::File::open(&stored.2).await.expect("it is there")).await;
    assert_eq!(arrived, hash(Content::of(GIBIBYTE)).await, "it arrived as it was");

    let message = NewMessage::new("here").with_attachment(Attachment::File(media));
    max.send(&dialog, &message).await.expect("it is sent");
    let seen = anna.sees(PATIENCE).await.expect("a message");
    assert_eq!(seen.text(), "here");

    // Other systems than Linux do not say it.
    if let Some(peak) = peak_memory() {
        assert!(peak < MOST_MEMORY, "{} MiB at most", peak / MEBIBYTE);
    }
}
