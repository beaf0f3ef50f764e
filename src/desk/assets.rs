//! Style and script, embedded; their addresses carry their hash, so that they are kept for good and changed at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use crate::domain::id::hex;

struct Asset {
    stem: &'static str,
    ending: &'static str,
    media_type: &'static str,
    text: &'static str,
}

const ASSETS: &[Asset] = &[
    Asset {
        stem: "desk",
        ending: "css",
        media_type: "text/css; charset=utf-8",
        text: include_str!("../../templates/desk/assets/desk.css"),
    },
    Asset {
        stem: "desk",
        ending: "js",
        media_type: "text/javascript; charset=utf-8",
        text: include_str!("../../templates/desk/assets/desk.js"),
    },
];

/// File names with their hashes, in the order of [`ASSETS`].
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let hash = |text: &str| hex(&Sha256::digest(text)).chars().take(12).collect::<String>();
    ASSETS.iter().map(|asset| format!("{}-{}.{}", asset.stem, hash(asset.text), asset.ending)).collect()
});

/// The address of the one asset with this ending.
pub fn address(ending: &str) -> String {
    let at = ASSETS.iter().position(|asset| asset.ending == ending);
    let name = at.and_then(|at| NAMES.get(at)).map_or("", String::as_str);
    format!("/assets/{name}")
}

pub async fn serve(Path(name): Path<String>) -> Response {
    match NAMES.iter().position(|known| *known == name).and_then(|at| ASSETS.get(at)) {
        Some(asset) => ([(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")], asset.text)
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
