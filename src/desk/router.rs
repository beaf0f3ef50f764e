//! The addresses, each with who may come to it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

use super::guard::{Who, guard};
use super::{Desk, admin, api, askers, assets, cases, checks, codes, figures, health, live, page, sign_in};
use crate::domain::account::{Role, Scope};

/// An address of the desk's listener.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub who: Who,
}

const fn open(method: &'static str, path: &'static str) -> Route {
    Route { method, path, who: Who::Anyone }
}

const fn asker(method: &'static str, path: &'static str) -> Route {
    Route { method, path, who: Who::Asker }
}

const fn program(scope: Scope, method: &'static str, path: &'static str) -> Route {
    Route { method, path, who: Who::Program(scope) }
}

const fn from(role: Role, method: &'static str, path: &'static str) -> Route {
    Route { method, path, who: Who::From(role) }
}

/// Every address with who may come to it; one that is not here is not served, and one without a handler fails a test.
pub const ROUTES: &[Route] = &[
    open("GET", "/"),
    open("GET", "/sign-in"),
    open("POST", "/sign-in"),
    open("GET", "/codes"),
    open("GET", "/codes/{system}/{code}"),
    open("POST", "/sign-in/link"),
    open("GET", "/sign-in/link/{token}"),
    open("POST", "/sign-in/link/{token}"),
    asker("GET", "/my"),
    asker("POST", "/my/ask"),
    asker("GET", "/my/questions/{number}"),
    asker("POST", "/my/questions/{number}/follow-up"),
    asker("GET", "/my/data.json"),
    asker("POST", "/my/delete"),
    asker("POST", "/my/sign-out"),
    from(Role::Consultant, "POST", "/sign-out"),
    from(Role::Consultant, "GET", "/cases"),
    from(Role::Consultant, "GET", "/cases/next"),
    from(Role::Consultant, "GET", "/cases/{number}"),
    from(Role::Consultant, "GET", "/cases/{number}/mail"),
    from(Role::Consultant, "GET", "/cases/{number}/mail/html"),
    from(Role::Consultant, "GET", "/cases/{number}/mails/{id}"),
    from(Role::Consultant, "POST", "/cases/{number}/check"),
    from(Role::Consultant, "POST", "/cases/{number}/{act}"),
    from(Role::Consultant, "GET", "/events"),
    from(Role::Consultant, "GET", "/checks"),
    from(Role::Lead, "GET", "/admin"),
    from(Role::Lead, "POST", "/admin/jobs/{id}/retry"),
    from(Role::Admin, "GET", "/admin/consultants"),
    from(Role::Admin, "POST", "/admin/consultants"),
    from(Role::Admin, "POST", "/admin/consultants/{id}"),
    from(Role::Lead, "GET", "/admin/accounts"),
    from(Role::Admin, "POST", "/admin/accounts"),
    from(Role::Lead, "GET", "/admin/accounts/{id}"),
    from(Role::Lead, "POST", "/admin/accounts/{id}"),
    from(Role::Lead, "GET", "/admin/audit"),
    from(Role::Lead, "GET", "/admin/codebook"),
    from(Role::Admin, "POST", "/admin/codebook/use"),
    from(Role::Lead, "GET", "/admin/templates"),
    from(Role::Lead, "GET", "/admin/templates/{kind}/html"),
    from(Role::Lead, "GET", "/figures"),
    from(Role::Lead, "GET", "/figures.csv"),
    from(Role::Lead, "GET", "/figures/now.csv"),
    open("GET", "/api/v1/openapi.json"),
    program(Scope::Cases, "GET", "/api/v1/cases"),
    program(Scope::Ask, "POST", "/api/v1/cases"),
    program(Scope::Cases, "GET", "/api/v1/cases/{number}"),
    program(Scope::Ask, "GET", "/api/v1/questions/{id}"),
    program(Scope::Ask, "POST", "/api/v1/ask"),
    program(Scope::Codes, "GET", "/api/v1/codes/{system}/{code}"),
    program(Scope::Codes, "GET", "/api/v1/search"),
    program(Scope::Codes, "GET", "/api/v1/edits"),
    program(Scope::Accounts, "GET", "/api/v1/accounts"),
];

fn handler(route: &Route) -> Option<MethodRouter<Arc<Desk>>> {
    Some(match (route.method, route.path) {
        ("GET", "/") => get(sign_in::home),
        ("GET", "/sign-in") => get(sign_in::form),
        ("POST", "/sign-in") => post(sign_in::sign_in),
        ("POST", "/sign-in/link") => post(askers::send_link),
        ("GET", "/sign-in/link/{token}") => get(askers::confirm),
        ("POST", "/sign-in/link/{token}") => post(askers::come_in),
        ("GET", "/my") => get(askers::questions),
        ("POST", "/my/ask") => post(askers::ask),
        ("GET", "/my/questions/{number}") => get(askers::question),
        ("POST", "/my/questions/{number}/follow-up") => post(askers::follow_up),
        ("GET", "/my/data.json") => get(askers::export),
        ("POST", "/my/delete") => post(askers::delete),
        ("POST", "/my/sign-out") => post(askers::sign_out),
        ("POST", "/sign-out") => post(sign_in::sign_out),
        ("GET", "/codes") => get(codes::search),
        ("GET", "/codes/{system}/{code}") => get(codes::code),
        ("GET", "/cases") => get(cases::queue),
        ("GET", "/cases/next") => get(cases::next),
        ("GET", "/cases/{number}") => get(cases::show),
        ("GET", "/cases/{number}/mail") => get(cases::mail),
        ("GET", "/cases/{number}/mail/html") => get(cases::mail_html),
        ("GET", "/cases/{number}/mails/{id}") => get(cases::laid_out),
        ("POST", "/cases/{number}/check") => post(cases::check),
        ("POST", "/cases/{number}/{act}") => post(cases::act),
        ("GET", "/events") => get(live::events),
        ("GET", "/figures") => get(figures::figures),
        ("GET", "/admin") => get(admin::health),
        ("POST", "/admin/jobs/{id}/retry") => post(admin::retry),
        ("GET", "/admin/consultants") => get(admin::consultants),
        ("POST", "/admin/consultants") => post(admin::add_consultant),
        ("POST", "/admin/consultants/{id}") => post(admin::set_consultant),
        ("GET", "/admin/accounts") => get(admin::accounts),
        ("POST", "/admin/accounts") => post(admin::add_account),
        ("GET", "/admin/accounts/{id}") => get(admin::account),
        ("POST", "/admin/accounts/{id}") => post(admin::set_account),
        ("GET", "/admin/audit") => get(admin::audit),
        ("GET", "/admin/codebook") => get(admin::codebook),
        ("POST", "/admin/codebook/use") => post(admin::use_edition),
        ("GET", "/admin/templates") => get(admin::templates),
        ("GET", "/admin/templates/{kind}/html") => get(admin::html_part),
        ("GET", "/checks") => get(checks::checks),
        ("GET", "/figures.csv") => get(figures::csv),
        ("GET", "/figures/now.csv") => get(figures::now_csv),
        ("GET", "/api/v1/openapi.json") => get(api::describe),
        ("GET", "/api/v1/cases") => get(api::cases),
        ("POST", "/api/v1/cases") => post(api::ask),
        ("GET", "/api/v1/cases/{number}") => get(api::case),
        ("GET", "/api/v1/questions/{id}") => get(api::question),
        ("POST", "/api/v1/ask") => post(api::would),
        ("GET", "/api/v1/codes/{system}/{code}") => get(api::code),
        ("GET", "/api/v1/search") => get(api::search),
        ("GET", "/api/v1/edits") => get(api::edits),
        ("GET", "/api/v1/accounts") => get(api::accounts),
        _ => return None,
    })
}

pub(super) fn router(desk: &Arc<Desk>) -> Router {
    let mut pages: Router<Arc<Desk>> = Router::new().route("/assets/{name}", get(assets::serve));
    for route in ROUTES {
        let Some(handler) = handler(route) else { continue };
        let (desk, who) = (Arc::clone(desk), route.who);
        let guarded = handler.layer(from_fn(move |request: Request, next: Next| guard(Arc::clone(&desk), who, request, next)));
        pages = pages.route(route.path, guarded);
    }
    let pages = pages.fallback(nowhere).method_not_allowed_fallback(wrong_method).with_state(Arc::clone(desk));
    health::router(desk.readiness.clone()).merge(pages).layer(from_fn(page::headers))
}

const PROGRAMS: &str = "/api/";

async fn wrong_method(uri: Uri) -> Response {
    if uri.path().starts_with(PROGRAMS) {
        return api::wrong_method(&uri);
    }
    let text = format!("The page at {} is not asked for in this way.", uri.path());
    page::message(StatusCode::METHOD_NOT_ALLOWED, None, "Not in this way", &text, &[("/", "Go on")])
}

async fn nowhere(uri: Uri) -> Response {
    if uri.path().starts_with(PROGRAMS) {
        return api::nowhere(&uri);
    }
    let text = format!("There is no page at {}.", uri.path());
    page::message(StatusCode::NOT_FOUND, None, "No such page", &text, &[("/codes", "Find a code")])
}
