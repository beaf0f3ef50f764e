//! Administration: who may do what, that each act is on record, and what it leads to.

use caseconsultant::domain::account::{AccountStatus, NewAccount, Role};
use caseconsultant::domain::audit::Actor;
use caseconsultant::domain::job::{JobEnd, JobKind};
use caseconsultant::ports::AuditQuery;

use super::cases::PASSWORD;
use super::http::Reply;
use super::{Browser, World};
use crate::store::samples::{address, noon};

/// A form of an administration page, with the session's own token.
async fn sends(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
    let csrf = browser.get("/admin").await.is(200).value_of("csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend(fields);
    browser.post(path, &all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consultant_is_hired_promoted_and_let_go_and_each_is_on_record() {
    let world = World::open().await;
    let ada = world.hires("ada", Role::Admin).await;
    let mut of_ada = world.signed_in("ada").await;
    let new =
        [("handle", "lee"), ("name", "Lee <i>"), ("address", "lee@desk.example"), ("role", "consultant"), ("password", PASSWORD)];
    for (field, wrong) in [(0, "not a handle"), (2, "no address"), (3, "emperor"), (4, "short")] {
        let mut fields = new;
        fields[field].1 = wrong;
        sends(&mut of_ada, "/admin/consultants", &fields).await.is(422).says("Nothing was changed");
    }
    sends(&mut of_ada, "/admin/consultants", &new).await.is(303);
    sends(&mut of_ada, "/admin/consultants", &new).await.is(422).says("exists already");
    of_ada.get("/admin/consultants").await.is(200).says("Lee &lt;i&gt;");
    let lee = world.store.consultants().await.unwrap().remove(1).id;
    let mut of_lee = world.signed_in("lee").await;
    of_lee.get("/figures").await.is(403);
    let path = format!("/admin/consultants/{lee}");
    sends(&mut of_ada, &path, &[("role", "lead"), ("active", "yes")]).await.is(303);
    of_lee.get("/cases").await.is(303);
    let mut of_lee = world.signed_in("lee").await;
    of_lee.get("/figures").await.is(200).does_not_say("/admin/consultants");
    of_lee.get("/admin/consultants").await.is(403);
    sends(&mut of_ada, &path, &[("role", "lead"), ("active", "no")]).await.is(303);
    of_lee.get("/cases").await.is(303);
    let me = format!("/admin/consultants/{ada}");
    sends(&mut of_ada, &me, &[("role", "consultant"), ("active", "yes")]).await.is(422).says("from themselves");
    sends(&mut of_ada, &me, &[("role", "admin"), ("active", "no")]).await.is(422);
    sends(&mut of_ada, "/admin/consultants/999", &[("role", "lead"), ("active", "yes")]).await.is(422);

    let by_ada = AuditQuery { actor: Some(Actor::Consultant(ada)), max: 10, ..AuditQuery::default() };
    let entries = world.store.audit_found(&by_ada).await.unwrap();
    let events: Vec<&str> = entries.iter().map(|entry| entry.event.event.as_str()).collect();
    assert_eq!(events, ["admin.set_consultant", "admin.set_consultant", "admin.add_consultant"]);
    assert!(entries.iter().all(|entry| !entry.event.detail.to_string().contains('@')), "no address in the record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_found_suspended_and_given_another_plan() {
    let world = World::open().await;
    world.hires("ada", Role::Admin).await;
    world.hires("kim", Role::Lead).await;
    let clinic = NewAccount {
        name: "Clinic \"North\"".to_owned(),
        addresses: vec![address("front@clinic.example")],
        domains: vec!["north.example".to_owned()],
        plan: "registered".to_owned(),
    };
    let id = world.store.add_account(&[clinic], noon()).await.unwrap()[0];
    let (mut ada, mut kim) = (world.signed_in("ada").await, world.signed_in("kim").await);
    for found in ["north", "FRONT@", "north.example"] {
        kim.get(&format!("/admin/accounts?find={found}")).await.is(200).says("Clinic &quot;North&quot;");
    }
    kim.get("/admin/accounts?find=south").await.is(200).does_not_say("Clinic").says("None of that name");
    let path = format!("/admin/accounts/{id}");
    kim.get(&path).await.is(200).says("no limit on questions").says("north.example");
    kim.get("/admin/accounts/999").await.is(404);
    let known = [("addresses", "front@clinic.example\r\nback@clinic.example"), ("domains", "")];
    let whole = |status: &'static str| [("name", "Clinic"), ("plan", "team"), ("status", status), known[0], known[1]];
    sends(&mut kim, &path, &whole("frozen")).await.is(422);
    sends(&mut kim, &path, &[("name", "Clinic"), ("status", "active")]).await.is(422).says("to be known by");
    sends(&mut kim, &path, &[("name", "Clinic"), ("status", "active"), ("domains", "gmail.com")]).await.is(422).says("anybody");
    sends(&mut kim, &path, &whole("suspended")).await.is(303);
    let account = world.store.accounts().await.unwrap().remove(0);
    assert_eq!((account.status, account.plan.as_str(), account.addresses.len()), (AccountStatus::Suspended, "team", 2));
    let other = [("name", "South"), ("plan", "registered"), ("addresses", "back@clinic.example")];
    sends(&mut kim, "/admin/accounts", &other).await.is(403);
    sends(&mut ada, "/admin/accounts", &other).await.is(422).says("exists already");
    sends(&mut ada, "/admin/accounts", &[("name", "South"), ("plan", "registered"), ("domains", "south.example")]).await.is(303);
    assert_eq!(world.store.accounts().await.unwrap().len(), 2, "what failed left nothing");
    kim.get("/admin/audit?event=admin.set_account").await.is(200).says("suspended").says("kim of the desk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_gave_up_gets_another_chance_and_the_record_is_searched() {
    let world = World::open().await;
    world.hires("kim", Role::Lead).await;
    let case = world.asked().await;
    let number = case.number().to_string();
    let mut kim = world.signed_in("kim").await;
    kim.get("/admin").await.is(200).says("None: whatever was owed");
    let alert = world.store.lease(100, 60).await.unwrap();
    // Whatever is due: the next one is made to fail for good.
    let job = match alert.first() {
        Some(job) => job.clone(),
        None => {
            world.mailed("q2", "", "And another thing, please?").await;
            return;
        }
    };
    let why = "the printer <burns>".to_owned();
    world.store.finish(job.lease, &JobEnd::Dead { why }).await.unwrap();
    kim.get("/admin").await.is(200).says("the printer &lt;burns&gt;").says(job.kind.name());
    sends(&mut kim, &format!("/admin/jobs/{}/retry", job.lease.job), &[]).await.is(303);
    assert!(world.store.jobs(true).await.unwrap().is_empty());
    sends(&mut kim, &format!("/admin/jobs/{}/retry", job.lease.job), &[]).await.is(404);
    assert!(!matches!(job.kind, JobKind::Send { .. }));

    kim.get(&format!("/admin/audit?case={number}")).await.is(200).says("submit").says("held").does_not_say("admin.retry");
    kim.get("/admin/audit?who=kim").await.is(200).says("admin.retry").does_not_say("submit<");
    kim.get("/admin/audit?case=nonsense").await.is(200).says("is no case number");
    kim.get("/admin/audit?before=2").await.is(200).says(">1</th>").does_not_say(">2</th>");
    kim.get("/admin/audit?event=%22%3E%3Cscript%3E").await.is(200).does_not_say("<script>\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_and_mails_are_shown_as_they_are() {
    let world = World::open().await;
    world.hires("ada", Role::Admin).await;
    let mut ada = world.signed_in("ada").await;
    ada.get("/admin/codebook").await.is(200).says("starter-").says("NCCI PTP").says("not covered");
    sends(&mut ada, "/admin/codebook/use", &[("edition", "../../etc")]).await.is(422);
    sends(&mut ada, "/admin/codebook/use", &[("edition", "2026Q9")]).await.is(422);
    for kind in ["answer", "clarification", "refusal", "acknowledgement", "notice", "review"] {
        ada.get(&format!("/admin/templates?kind={kind}")).await.is(200).says("Subject: ").says("sandbox");
        let html = ada.get(&format!("/admin/templates/{kind}/html")).await.is(200);
        assert!(html.header("content-security-policy").unwrap().contains("sandbox"));
        assert!(html.body.contains("<html"));
    }
    ada.get("/admin/templates/nonsense/html").await.is(404);
}
