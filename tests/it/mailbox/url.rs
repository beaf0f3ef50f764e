//! Mailbox urls, as operators write them.

use caseconsultant::mailbox::{MailboxUrl, Security};

fn imap(text: &str) -> (Security, String, String, u16, String) {
    match text.parse::<MailboxUrl>().unwrap_or_else(|error| panic!("{text}: {error}")) {
        MailboxUrl::Imap(url) => (url.security, url.user, url.host, url.port, url.folder),
        MailboxUrl::Maildir(path) => panic!("{text}: {}", path.display()),
    }
}

#[test]
fn every_form_is_read() {
    let read = |security, user: &str, host: &str, port, folder: &str| {
        (security, user.to_owned(), host.to_owned(), port, folder.to_owned())
    };
    for (text, url) in [
        ("imaps://ask@mail.example", read(Security::Tls, "ask", "mail.example", 993, "INBOX")),
        (
            "imaps://ask@clinic.example@mail.example:1993/",
            read(Security::Tls, "ask@clinic.example", "mail.example", 1993, "INBOX"),
        ),
        (
            "imaps://ask%40clinic.example@mail.example/Coding%2FQ%26A",
            read(Security::Tls, "ask@clinic.example", "mail.example", 993, "Coding/Q&A"),
        ),
        ("imaps://ask@mail.example/Coding/Fr%C3%A4gen", read(Security::Tls, "ask", "mail.example", 993, "Coding/Frägen")),
        ("imap://ask@mail.example/Questions?starttls", read(Security::StartTls, "ask", "mail.example", 143, "Questions")),
        ("imap://ask@127.0.0.1:10143/INBOX?plain", read(Security::Plain, "ask", "127.0.0.1", 10143, "INBOX")),
        ("imap://ask@[::1]:10143?plain", read(Security::Plain, "ask", "::1", 10143, "INBOX")),
        ("imap://a%3Ab@localhost?plain", read(Security::Plain, "a:b", "localhost", 143, "INBOX")),
    ] {
        assert_eq!(imap(text), url, "{text}");
    }
    assert_eq!("maildir:/var/mail/ask".parse(), Ok(MailboxUrl::Maildir("/var/mail/ask".into())));
    assert_eq!("maildir:data/inbox".parse(), Ok(MailboxUrl::Maildir("data/inbox".into())));
}

#[test]
fn what_can_not_be_meant_is_refused_with_the_reason() {
    for (text, why) in [
        ("imap://ask@mail.example/INBOX?plain", "on loopback only"),
        ("imap://ask@mail.example/INBOX", "?starttls"),
        ("imap://ask@mail.example/INBOX?tls", "?starttls"),
        ("imaps://ask@mail.example/INBOX?plain", "nothing after a question mark"),
        ("imaps://mail.example/INBOX", "the user is missing"),
        ("imaps://ask:secret@mail.example/INBOX", "does not belong into the url"),
        ("imaps://ask@mail.example:0/INBOX", "port"),
        ("imaps://ask@mail.example:imap/INBOX", "port"),
        ("imaps://ask@mail.example/IN%0D%0ABOX", "control"),
        ("imaps://ask@mail.example/%FF", "UTF-8"),
        ("pop3://ask@mail.example", "it reads"),
        ("imaps://@mail.example/INBOX", "it reads"),
        ("maildir:", "path"),
        ("", "it reads"),
    ] {
        let error = text.parse::<MailboxUrl>().expect_err(text).to_string();
        assert!(error.contains(why) && !error.contains("secret"), "{text}: {error}");
    }
}

#[test]
fn a_url_in_a_log_names_no_user() {
    let url: MailboxUrl = "imaps://dana%40clinic.example@mail.example/INBOX".parse().unwrap();
    assert!(!format!("{url:?}").contains("dana"));
}
