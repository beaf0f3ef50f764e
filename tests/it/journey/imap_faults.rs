//! The whole service behind an IMAP line that fails in every way while questions keep coming: each is answered once, and soon.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::judge::{judge_people, judge_reconciled, replies, settled};
use super::mail::{DESK, people_with_an_answer};
use super::servers::{MailServers, PASSWORD};
use super::service::Service;
use super::transport::Injector;
use super::wait::until;
use crate::world::proxy::{Fault, Proxy};

/// Idle and I/O limits are set to 5 s; this is what recovery may take with them.
const RECOVERY: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_the_mailbox_is_survived_and_every_question_answered_once() {
    let faults = [
        ("NO to FETCH", Fault::No("UID FETCH")),
        ("NO to SEARCH", Fault::No("UID SEARCH")),
        ("cut in mid-FETCH", Fault::CutAfter("UID FETCH", 300)),
        ("BYE", Fault::Bye("UID SEARCH")),
        ("IDLE that goes silent", Fault::SilentAfter("IDLE")),
    ];
    let people = people_with_an_answer(faults.len());
    let Some(servers) = MailServers::start(people.len()) else { return };
    let proxy = Proxy::before(servers.dovecot.imap).await;
    let config = configuration(&servers, proxy.port);
    let report = tokio::task::spawn_blocking(move || {
        let dir = TempDir::new().unwrap();
        let mut service = Service::new(dir.path(), &config);
        service.start();
        let mut lmtp = Injector::lmtp(servers.dovecot.lmtp);
        let mut report = Vec::new();
        for ((name, fault), asked) in faults.into_iter().zip(&people) {
            // A line that fell silent within IDLE tells nothing of new mail: the fault comes first.
            proxy.arm([fault]);
            if name.starts_with("IDLE") {
                until("the silence to begin", RECOVERY, || if proxy.armed() == 0 { Ok(()) } else { Err("armed".to_owned()) });
            }
            let delivered = Instant::now();
            lmtp.deliver(Some(&asked.from), DESK, &asked.raw);
            until(&format!("the answer after {name}"), RECOVERY, || match replies(&servers.mail_of(&asked.from)).len() {
                0 => Err(format!("no reply; {} faults armed", proxy.armed())),
                _ => Ok(()),
            });
            assert_eq!(proxy.armed(), 0, "{name} did not happen");
            report.push(format!("{name}: {:.1?}", delivered.elapsed()));
        }
        let cases = settled(&service, &servers, people.len(), RECOVERY);
        assert_eq!(judge_people(&people, &cases, &servers, |_| 1).answered, people.len());
        judge_reconciled(&service);
        report
    });
    println!("figure: IMAP faults, from delivery to reply: {}", report.await.unwrap().join(", "));
}

fn configuration(servers: &MailServers, port: u16) -> String {
    format!(
        r#"
[mailbox.main]
url = "imap://consult@127.0.0.1:{port}/INBOX?plain"
password = "{PASSWORD}"
address = "{DESK}"
idle_secs = 5
io_timeout_secs = 5
reconnect_secs_max = 2

[outbox]
url = "smtp://127.0.0.1:{smtp}?plain"
from = "{DESK}"

[policy]
auto_send = "grounded"
confidence_min = 0.5
editions = "loaded"
unknown_sender = "guest"
acknowledge_after_secs = 86400
"#,
        smtp = servers.postfix.smtp,
    )
}
