//! TLS from the first byte or by STARTTLS, trusted or not at all; and log-ins over it.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::outbox::{Credentials, OutboxSettings, connect};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::messages::{at, message};
use super::server::{Act, At, Script, Server};

struct Authority {
    server: Arc<ServerConfig>,
    ca_file: PathBuf,
    _folder: tempfile::TempDir,
}

/// An own authority and a server certificate for loopback.
fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let leaf_key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    leaf.use_authority_key_identifier_extension = true;
    let leaf = leaf.signed_by(&leaf_key, &issuer).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der())))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::write(&ca_file, ca.pem()).unwrap();
    Authority { server: Arc::new(server), ca_file, _folder: folder }
}

fn trusting(authority: &Authority, settings: OutboxSettings) -> OutboxSettings {
    OutboxSettings { ca_file: Some(authority.ca_file.clone()), ..settings }
}

#[tokio::test]
async fn starttls_encrypts_before_anything_is_said() {
    let authority = authority();
    let server = Server::start(vec![Script::default().starttls(&authority.server).offer("AUTH PLAIN")]).await;
    let settings = at(&format!("smtp://desk@localhost:{}?starttls", server.port), Some("secret"));
    let mailer = connect(&trusting(&authority, settings)).unwrap();
    for n in 0..3 {
        assert_eq!(mailer.send(&message(n)).await.name(), "accepted");
    }
    let found = mailer.check().await.unwrap();
    assert!(found.contains("TLSv1_3") && found.contains("logged in"), "{found}");
    let record = server.record();
    let verbs: Vec<&str> = record.commands.iter().take(4).map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["EHLO", "STARTTLS", "EHLO", "AUTH"]);
    assert!(record.commands.contains(&format!("AUTH PLAIN {}", STANDARD.encode("\0desk\0secret"))));
}

#[tokio::test]
async fn implicit_tls_carries_a_token() {
    let authority = authority();
    let server = Server::start(vec![Script::default().implicit_tls(&authority.server).offer("AUTH XOAUTH2")]).await;
    let mut settings = at(&format!("smtps://desk%40answers.example@127.0.0.1:{}", server.port), None);
    settings.credentials = Some(Credentials::OAuthToken("t0ken".into()));
    let mailer = connect(&trusting(&authority, settings)).unwrap();
    assert_eq!(mailer.send(&message(1)).await.name(), "accepted");
    let sent = STANDARD.encode("user=desk@answers.example\u{1}auth=Bearer t0ken\u{1}\u{1}");
    assert!(server.record().commands.contains(&format!("AUTH XOAUTH2 {sent}")));
}

#[tokio::test]
async fn a_refused_token_is_heard_out() {
    let authority = authority();
    let script = Script::default().implicit_tls(&authority.server).offer("AUTH XOAUTH2");
    // The empty answer to the challenge is no command: the server's reply to what it does not know stands for the verdict.
    let server = Server::start(vec![script.at(At::Auth, Act::Say("334 eyJzdGF0dXMiOiI0MDEifQ=="))]).await;
    let mut settings = at(&format!("smtps://desk@127.0.0.1:{}", server.port), None);
    settings.credentials = Some(Credentials::OAuthToken("t0ken".into()));
    let outcome = connect(&trusting(&authority, settings)).unwrap().send(&message(1)).await;
    assert_eq!((outcome.name(), outcome.answer()), ("deferred", "500 5.5.1 what?"));
    assert!(server.record().commands.iter().any(String::is_empty));
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let authority = authority();
    let server = Server::start(vec![Script::default()]).await;
    let settings = at(&format!("smtp://desk@localhost:{}?starttls", server.port), Some("secret"));
    let outcome = connect(&trusting(&authority, settings)).unwrap().send(&message(1)).await;
    assert!(outcome.name() == "deferred" && outcome.answer().contains("STARTTLS"), "{outcome:?}");
    assert_eq!(server.record().commands.len(), 1);
}

#[tokio::test]
async fn what_was_slipped_in_before_tls_is_not_read_after_it() {
    let authority = authority();
    let script = Script::default().starttls(&authority.server).at(At::StartTls, Act::Say("220 go ahead\r\n250 injected"));
    let server = Server::start(vec![script]).await;
    let settings = at(&format!("smtp://localhost:{}?starttls", server.port), None);
    let outcome = connect(&trusting(&authority, settings)).unwrap().send(&message(1)).await;
    assert!(outcome.name() == "deferred" && outcome.answer().contains("in the clear after STARTTLS"), "{outcome:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_ends_it() {
    let authority = authority();
    let stranger = self::authority();
    for script in [Script::default().starttls(&authority.server), Script::default().implicit_tls(&authority.server)] {
        let url = if script.is_implicit() { "smtps://localhost:{}" } else { "smtp://localhost:{}?starttls" };
        let server = Server::start(vec![script]).await;
        let settings = at(&url.replace("{}", &server.port.to_string()), None);
        let mailer = connect(&trusting(&stranger, settings)).unwrap();
        let outcome = mailer.send(&message(1)).await;
        assert!(outcome.name() == "deferred" && outcome.answer().contains("TLS"), "{outcome:?}");
        let mend = format!("{:#}", mailer.check().await.unwrap_err());
        assert!(mend.contains("ca_file"), "{mend}");
        assert!(server.record().messages.is_empty());
    }
}
