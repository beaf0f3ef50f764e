//! The addresses, each with who may come to it.

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::{Redirect, Response};
use axum::routing::get;

use super::{Desk, assets, codes, health, page};

/// Every address of the desk's listener: method, path.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/codes"),
    ("GET", "/codes/{system}/{code}"),
    ("GET", "/assets/{name}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
];

pub(super) fn router(desk: &Arc<Desk>) -> Router {
    let pages = Router::new()
        .route("/", get(|| async { Redirect::to("/codes") }))
        .route("/codes", get(codes::search))
        .route("/codes/{system}/{code}", get(codes::code))
        .route("/assets/{name}", get(assets::serve))
        .fallback(nowhere)
        .with_state(Arc::clone(desk));
    health::router(desk.readiness.clone()).merge(pages).layer(axum::middleware::from_fn(page::headers))
}

async fn nowhere(uri: Uri) -> Response {
    let text = format!("There is no page at {}.", uri.path());
    page::message(StatusCode::NOT_FOUND, None, "No such page", &text, &[("/codes", "Find a code")])
}
