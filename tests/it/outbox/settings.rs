//! The url forms, and what is said of those that are none.

use caseconsultant::outbox::{OutboxUrl, Security, SmtpUrl, connect};

use super::messages::at;

#[test]
fn the_four_forms() {
    let smtp = |security, user: Option<&str>, host: &str, port| {
        OutboxUrl::Smtp(SmtpUrl { security, user: user.map(str::to_owned), host: host.to_owned(), port })
    };
    let cases = [
        ("smtps://desk@mail.example:4465", smtp(Security::Tls, Some("desk"), "mail.example", 4465)),
        ("smtps://desk@answers.example@mail.example", smtp(Security::Tls, Some("desk@answers.example"), "mail.example", 465)),
        ("smtp://a%3Ab@mail.example?starttls", smtp(Security::StartTls, Some("a:b"), "mail.example", 587)),
        ("smtp://127.0.0.1:2525?plain", smtp(Security::Plain, None, "127.0.0.1", 2525)),
        ("smtp://[::1]:2525/?plain", smtp(Security::Plain, None, "::1", 2525)),
        ("smtp://localhost?plain", smtp(Security::Plain, None, "localhost", 25)),
        ("maildir:/var/mail/replies", OutboxUrl::Maildir("/var/mail/replies".into())),
        ("maildir:./data/replies", OutboxUrl::Maildir("./data/replies".into())),
    ];
    for (text, url) in cases {
        assert_eq!(text.parse::<OutboxUrl>().unwrap(), url, "{text}");
    }
}

#[test]
fn a_wrong_form_is_told_what_to_write() {
    let cases = [
        ("smtp://mail.example?plain", "loopback only"),
        ("smtp://mail.example", "needs ?starttls"),
        ("smtps://mail.example?starttls", "nothing after a question mark"),
        ("smtps://desk:secret@mail.example", "password does not belong"),
        ("smtps://desk@mail.example:0", "1 to 65535"),
        ("smtps://desk@", "it reads smtps://"),
        ("imaps://desk@mail.example", "it reads smtps://"),
        ("maildir:", "needs the path"),
    ];
    for (text, words) in cases {
        let error = text.parse::<OutboxUrl>().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn a_log_in_needs_both_halves() {
    let error = |url, password| connect(&at(url, password)).err().unwrap().to_string();
    assert!(error("smtp://desk@127.0.0.1:25?plain", None).contains("set `password`"));
    assert!(error("smtp://127.0.0.1:25?plain", Some("secret")).contains("names no user"));
}

#[test]
fn no_log_shows_who_logs_in() {
    let url: OutboxUrl = "smtps://desk%40answers.example@mail.example".parse().unwrap();
    assert!(!format!("{url:?}").contains("answers"));
}
