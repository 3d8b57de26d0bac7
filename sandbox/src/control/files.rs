//! Content, in and out.

use axum::Json;
use axum::body::Body;
use axum::http::{StatusCode, request};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;

use super::asked::{Asked, Who};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::incoming::{Bounds, Broken, End, Incoming};
use crate::outgoing::{self, Unserved};
use crate::world::{FileKey, FileKind, Measures, StoredFile};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "GET",
        path: "/files",
        takes: "",
        does: "the files that people and bots uploaded",
        run: Run::Now(files),
    },
    Endpoint {
        method: "POST",
        path: "/files",
        takes: "?platform&person&kind&name?&width?&height?&duration?",
        does: "the person has a file: the body; kind is image, video, audio, file or, on Potato, voice",
        run: Run::Served(upload),
    },
    Endpoint {
        method: "GET",
        path: "/files/{file_id}",
        takes: "",
        does: "what is known of a file, its SHA-256 among that",
        run: Run::Served(file),
    },
    Endpoint {
        method: "GET",
        path: "/files/{file_id}/content",
        takes: "",
        does: "its content",
        run: Run::Served(content),
    },
];

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn files(asked: &Asked) -> Answer {
    Ok(asked.world.look(|state| {
        // Potato's come with what is done with them: one that is not whole is on its way, or gone.
        let is_one = |it: &StoredFile| it.platform != Platform::Potato || it.complete.is_some();
        let all = state.files().filter(|(_, it)| is_one(it));
        let all: Vec<Value> = all.map(|(key, _)| show::file(state, key)).collect();
        json!({"files": all})
    }))
}

fn upload(
    asked: Asked,
    _: request::Parts,
    body: Body,
) -> BoxFuture<'static, Result<Response, Mistake>> {
    async move {
        let platform: Platform = asked.needed("platform")?.parse().map_err(Mistake::bad)?;
        let kind = asked.needed("kind")?;
        let kind: FileKind = serde_json::from_value(json!(kind)).map_err(|_| {
            Mistake::bad(format!("kind: image, video, audio, voice or file; given {kind:?}"))
        })?;
        if kind == FileKind::Voice && platform != Platform::Potato {
            return Err(Mistake::bad("kind: there is voice on potato only"));
        }
        let measures = measures(&asked)?;
        let name = asked.given("name").map(str::to_owned);
        let (world, person) = (&asked.world, Who::from(asked.needed("person")?));
        let folder = world.folder().map_err(|why| Mistake::disk(&why))?.to_owned();
        let key = world.act(|state| {
            let owner = person.person(state, platform, "person")?;
            Ok::<FileKey, Mistake>(state.add_file(owner, kind, &folder))
        })?;
        let mut incoming = Incoming::open(world, key, false, || Ok::<u64, Mistake>(0)).await?;
        let bounds = Bounds { skip: 0, limit: kind.limit(platform), cut: None };
        if let End::Whole(0) | End::Cut = incoming.take(body.into_data_stream(), bounds).await? {
            return Err(Mistake::bad("body: the file is empty"));
        }
        incoming.keep();
        let shown = world.act(|state| {
            let now = state.now();
            let file = state.file_mut(key);
            (file.name, file.complete, file.measures) = (name, Some(now), measures);
            show::file(state, key)
        });
        Ok(Json(shown).into_response())
    }
    .boxed()
}

/// What is said of a picture's or a film's sides and length: told on Potato.
fn measures(asked: &Asked) -> Result<Measures, Mistake> {
    let number = |name: &str| {
        let wrong = |_| Mistake::bad(format!("{name}: must be a number"));
        asked
            .given(name)
            .map(str::parse::<u32>)
            .transpose()
            .map_err(wrong)
            .map(|it| it.map(i64::from))
    };
    Ok(Measures {
        width: number("width")?,
        height: number("height")?,
        duration: number("duration")?,
    })
}

impl From<Broken> for Mistake {
    fn from(broken: Broken) -> Self {
        let status = match broken {
            Broken::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Broken::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Broken::Busy | Broken::Silent | Broken::Client(_) => StatusCode::BAD_REQUEST,
        };
        Self(status, format!("body: {broken}"))
    }
}

impl From<Unserved> for Mistake {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Elsewhere(_) => Self::not_found(format!("file_id: {why}")),
            Unserved::Range(_) => Self(StatusCode::RANGE_NOT_SATISFIABLE, why.to_string()),
            Unserved::Disk(why) => Self::disk(&why),
        }
    }
}

fn file(asked: Asked, _: request::Parts, _: Body) -> BoxFuture<'static, Result<Response, Mistake>> {
    async move {
        let (key, stored) = complete(&asked)?;
        let mut shown = asked.world.look(|state| show::file(state, key));
        if stored.origin.is_none() {
            let sum = sha256(&stored).await.map_err(|why| Mistake::disk(&why))?;
            shown["sha256"] = json!(sum);
        }
        Ok(Json(shown).into_response())
    }
    .boxed()
}

fn content(
    asked: Asked,
    head: request::Parts,
    _: Body,
) -> BoxFuture<'static, Result<Response, Mistake>> {
    async move {
        let (_, stored) = complete(&asked)?;
        Ok(outgoing::serve(&head, &stored).await?)
    }
    .boxed()
}

fn complete(asked: &Asked) -> Result<(FileKey, StoredFile), Mistake> {
    let id = asked.place("file_id");
    let number = id.parse().map_err(|_| Mistake::bad(format!("file_id: {id:?} is no number")))?;
    asked.world.look(|state| {
        let found = state.file_by_id(number);
        let found = found.filter(|it| state.file(*it).complete.is_some());
        let found = found
            .ok_or_else(|| Mistake::not_found(format!("file_id: there is no whole file {id}")))?;
        Ok((found, state.file(found).clone()))
    })
}

async fn sha256(file: &StoredFile) -> std::io::Result<String> {
    let mut open = tokio::fs::File::open(&file.path).await?;
    let mut sum = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let length = open.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        sum.update(&piece[..length]);
    }
    Ok(sum.finalize().iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}")))
}
