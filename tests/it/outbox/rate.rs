//! How fast it goes to a sink that takes everything: `cargo nextest run --run-ignored only messages_a_second --no-capture`.

use std::time::Instant;

use caseconsultant::outbox::{OutboxSettings, connect};
use futures::StreamExt as _;

use super::messages::{message, settings};
use super::server::{Script, Server};

const MESSAGES: usize = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn messages_a_second() {
    for connections_max in [1, 4] {
        let server = Server::start(vec![Script::default()]).await;
        let mailer = connect(&OutboxSettings { connections_max, ..settings(server.port) }).unwrap();
        let message = message(1);
        let begun = Instant::now();
        let accepted = futures::stream::iter(0..MESSAGES)
            .map(|_| mailer.send(&message))
            .buffer_unordered(usize::try_from(connections_max).unwrap())
            .filter(|outcome| std::future::ready(outcome.name() == "accepted"))
            .count()
            .await;
        assert_eq!(accepted, MESSAGES);
        let rate = f64::from(u32::try_from(MESSAGES).unwrap()) / begun.elapsed().as_secs_f64();
        println!(
            "figure: outbox alone, {connections_max} connection(s): {rate:.0} messages/s of {} bytes",
            message.outgoing().bytes.len()
        );
    }
}
