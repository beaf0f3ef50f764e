//! The configuration's layers, and its complaints: all at once, each with its mend.

use std::io::Write as _;

use caseconsultant::config::{Config, EnvLayer};
use caseconsultant::domain::policy::{AutoSend, Editions};
use caseconsultant::mailbox::{self, After, MailboxUrl};
use caseconsultant::outbox::{self, OutboxUrl};
use tempfile::NamedTempFile;

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn env(vars: &[(&str, &str)]) -> EnvLayer {
    EnvLayer::of(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn load(text: &str) -> Config {
    Config::from_layers(Some(file(text).path()), env(&[])).unwrap()
}

fn complaints(text: &str, vars: &[(&str, &str)]) -> String {
    Config::from_layers(Some(file(text).path()), env(vars)).unwrap_err().to_string()
}

#[test]
fn without_a_file_the_defaults_hold() {
    let config = load("");
    assert_eq!(config.data_dir.to_str(), Some("./data"));
    assert!(config.mailboxes.is_empty());
    let policy = config.policy.policy(Editions::Loaded);
    assert_eq!((policy.auto_send, policy.editions, policy.loop_budget_day), (AutoSend::Grounded, Editions::Loaded, 20));
    let missing: Vec<String> = config.service_problems().into_iter().map(|problem| problem.key).collect();
    assert_eq!(missing, ["mailbox", "outbox.url"]);
}

#[test]
fn a_whole_file_is_read() {
    let secret = file("from a file\n");
    let config = load(&format!(
        r#"
        data_dir = "/var/lib/caseconsultant"
        [mailbox.main]
        url = "imap://coding%40clinic.example@127.0.0.1:10143/Questions%20in?plain"
        password_file = "{}"
        after = "move:Done"
        trusted_authserv = ["mx.clinic.example"]
        [mailbox."*"]
        idle_secs = 7
        [outbox]
        url = "smtps://coding@mail.clinic.example"
        password = "0815"
        [policy]
        editions = "current"
        alerts_to = ["desk@clinic.example"]
        "#,
        secret.path().display()
    ));
    let main = &config.mailboxes["main"];
    let MailboxUrl::Imap(url) = &main.settings.url else { panic!("{:?}", main.settings.url) };
    assert_eq!((url.security, url.port, url.folder.as_str()), (mailbox::Security::Plain, 10143, "Questions in"));
    assert_eq!(main.address.as_str(), "coding@clinic.example");
    assert_eq!(main.settings.after, After::Move("Done".to_owned()));
    assert_eq!((main.settings.idle_secs, main.settings.poll_secs), (7, 60));
    let outbox = config.outbox.as_ref().unwrap();
    let OutboxUrl::Smtp(url) = &outbox.settings.url else { panic!("{:?}", outbox.settings.url) };
    assert_eq!((url.port, url.security), (465, outbox::Security::Tls));
    assert_eq!(outbox.envelope_from.as_str(), "coding@clinic.example");
    assert_eq!(config.policy.policy(Editions::Loaded).editions, Editions::Current);
    assert_eq!(config.policy.alerts_to.len(), 1);
}

#[test]
fn the_environment_lies_over_the_file() {
    let text = file("[mailbox.main]\nurl = \"maildir:/in\"\naddress = \"a@b.example\"\n[policy]\nfour_eyes = false");
    let vars = [
        ("CASECONSULTANT__POLICY__FOUR_EYES", "true"),
        ("CASECONSULTANT__POLICY__CONFIDENCE_MIN", "0.5"),
        ("CASECONSULTANT__POLICY__ALERTS_TO", "a@b.example, c@d.example"),
        ("CASECONSULTANT__MAILBOX__MAIN__URL", "maildir:/other"),
        ("CASECONSULTANT__OUTBOX__URL", "smtp://u@127.0.0.1:2525?plain"),
        ("CASECONSULTANT__OUTBOX__PASSWORD", "007"),
        ("CASECONSULTANT_SHARED", "not ours"),
    ];
    let config = Config::from_layers(Some(text.path()), env(&vars)).unwrap();
    let policy = config.policy.policy(Editions::Current);
    assert!(policy.four_eyes);
    assert!((policy.confidence_min - 0.5).abs() < f64::EPSILON);
    assert_eq!(config.policy.alerts_to.len(), 2);
    assert_eq!(config.mailboxes["main"].settings.url, MailboxUrl::Maildir("/other".into()));
    let login = config.outbox.unwrap().settings.credentials;
    let Some(outbox::Credentials::Password(password)) = login else { panic!("no password") };
    assert_eq!(secrecy::ExposeSecret::expose_secret(&password), "007");
}

#[test]
fn every_problem_is_told_at_once_with_its_mend() {
    let text = r#"
        data_dri = "/x"
        [mailboxes.main]
        url = "maildir:/in"
        [mailbox.main]
        url = "imap://u@mail.example:143/INBOX?plain"
        adress = "a@b.example"
        after = "delete"
        [mailbox.two]
        url = "imaps://u:secret@mail.example"
        [outbox]
        url = "smtp://127.0.0.1:25"
        retry_secs_first = 99999
        [policy]
        auto_send = "always"
        confidence_min = 3
        undo_secs = -1
        alerts_to = ["nobody"]
        [privacy]
        key = "short"
        [desk]
        listen = "8080"
    "#;
    insta::assert_snapshot!(complaints(text, &[("CASECONSULTANT__POLICY__FOUR_EYE", "true")]));
}

#[test]
fn a_key_that_is_a_section_and_a_section_that_is_a_key_are_explained() {
    insta::assert_snapshot!(complaints("policy = 3\nstore = \"sqlite:x\"\n[data_dir]\nx = 1", &[]));
}

#[test]
fn a_secret_given_twice_or_in_no_file_is_a_problem() {
    let text = "[mailbox.main]\nurl=\"imaps://u@h.example\"\naddress=\"a@b.example\"\npassword=\"x\"\npassword_file=\"/no/such\"\n\
                [outbox]\nurl=\"smtps://u@h.example\"\nfrom=\"a@b.example\"\npassword_file=\"/no/such/file\"";
    insta::assert_snapshot!(complaints(text, &[]));
}

#[test]
fn a_file_named_but_missing_is_a_problem() {
    let error = Config::from_layers(Some(std::path::Path::new("/no/such/file.toml")), env(&[])).unwrap_err();
    assert!(error.to_string().contains("no such file"), "{error}");
}

#[test]
fn broken_toml_is_told_with_its_line() {
    let error = complaints("data_dir = \"a\"\n[policy\n", &[]);
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn no_secret_shows_in_debug() {
    let config = Config::from_layers(
        Some(
            file(
                "[store]\nurl=\"postgres://u:HUSH@h/db\"\n[mailbox.main]\nurl=\"imaps://u@h.example\"\naddress=\"a@b.example\"\noauth=\"HUSH\"\n\
                 [outbox]\nurl=\"smtps://u@h.example\"\npassword=\"HUSH\"\n[privacy]\nkey=\"SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNISFVTSEhVU0g=\"",
            )
            .path(),
        ),
        env(&[]),
    )
    .unwrap();
    let shown = format!("{config:?} {config:#?}");
    assert!(!shown.contains("HUSH") && !shown.contains("SFVT"), "{shown}");
}

#[test]
fn the_example_shows_every_default_and_is_sound() {
    let example = include_str!("../../../config/example.production.toml");
    let defaults = include_str!("../../../config/default.toml");
    for (key, _) in defaults.lines().filter_map(|line| line.split_once(" = ")) {
        assert!(example.contains(&format!("{key} = ")), "the example lacks {key}");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["imap-password", "smtp-password"] {
        std::fs::write(folder.path().join(name), "a secret").unwrap();
    }
    std::fs::write(folder.path().join("privacy-key"), "SFVTSEhVU0hIVVNISFVTSEhVU0hIVVNISFVTSEhVU0g=\n").unwrap();
    let config = load(&example.replace("/etc/caseconsultant", folder.path().to_str().unwrap()));
    assert!(config.service_problems().is_empty());
}

#[test]
fn a_webhook_needs_an_address_that_is_safe_and_a_secret() {
    let config = load(
        "[webhook.billing]\nurl = \"https://billing.example/told\"\nsecret = \"whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"\n",
    );
    assert_eq!(config.policy.policy(Editions::Loaded).hooks, ["billing"]);
    assert!(!format!("{config:?}").contains("c2VjcmV0"), "a secret shows nowhere");
    let told = complaints(
        "[webhook.a]\nurl = \"http://billing.example/\"\nsecret = \"short\"\n[webhook.b]\nurl = \"https://b.example/\"\n",
        &[],
    );
    assert_eq!(
        told.lines().map(|line| line.split(';').next().unwrap()).collect::<Vec<_>>(),
        [
            "webhook.a.secret: is not 24 bytes or more in base64",
            "webhook.a.url: webhook url: http:// is for 127.0.0.1 and [::1] alone",
            "webhook.b.secret: is missing",
        ]
    );
}
