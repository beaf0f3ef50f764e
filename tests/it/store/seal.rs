//! What a thief of the disk reads: nothing.

use std::os::unix::fs::PermissionsExt as _;

use caseconsultant::ports::Received;
use caseconsultant::seal::Seal;
use caseconsultant::store::connect;

use super::Told;
use super::samples::{INBOX, arrival, at, noon};

const SECRET: &str = "patient Maribel Oyelaran, MRN 00417734";

pub async fn raw_mail_is_sealed_in_the_store(told: Told) {
    let secret = arrival(at(1, 1), SECRET);
    let Received::New(id) = told.store.receive(INBOX, std::slice::from_ref(&secret), noon()).await.unwrap()[0] else { panic!() };
    assert_eq!(told.store.inbound(id).await.unwrap().raw, secret.raw);
    if let Some(path) = told.url.strip_prefix("sqlite:") {
        for suffix in ["", "-wal"] {
            let file = format!("{path}{suffix}");
            let bytes = std::fs::read(&file).unwrap();
            assert!(bytes.windows(7).any(|window| *window == INBOX.as_bytes()[..7]) || suffix.is_empty(), "{file} is the store");
            assert!(!bytes.windows(15).any(|window| window == &SECRET.as_bytes()[8..23]), "{file} holds the plain text");
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o77, 0, "{file} is for its owner");
        }
    } else {
        use sqlx::Connection as _;
        let mut connection = sqlx::PgConnection::connect(&told.url).await.unwrap();
        let plain: i64 = sqlx::query_scalar("SELECT count(*) FROM raw_messages WHERE position($1::bytea IN sealed) > 0")
            .bind(SECRET.as_bytes())
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(plain, 0);
    }
}

pub async fn another_key_opens_nothing(told: Told) {
    let batch = [arrival(at(1, 1), "one"), arrival(at(1, 2), "two")];
    let ids = told.store.receive(INBOX, &batch, noon()).await.unwrap();
    let (Received::New(one), Received::New(two)) = (ids[0], ids[1]) else { panic!() };
    let folder = tempfile::tempdir().unwrap();
    let other = connect(&told.url, Seal::load_or_create(&folder.path().join("key")).unwrap()).await.unwrap();
    let error = other.inbound(one).await.unwrap_err().to_string();
    assert!(error.contains("[privacy] key"), "{error}");
    // Nor does one message stand in for another.
    told.behind_its_back(&format!(
        "UPDATE raw_messages SET sealed = (SELECT sealed FROM raw_messages WHERE inbound = {two}) WHERE inbound = {one}"
    ))
    .await;
    assert!(told.store.inbound(one).await.is_err());
    told.store.inbound(two).await.unwrap();
}

#[test]
fn a_key_is_made_once_and_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/privacy.key");
    let sealed = Seal::load_or_create(&path).unwrap().seal("purpose", b"plain").unwrap();
    let again = Seal::load_or_create(&path).unwrap();
    assert_eq!(again.open("purpose", &sealed).unwrap(), b"plain");
    assert!(again.open("another purpose", &sealed).is_err());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1, "nothing is left beside it");
    for cut in [0, 1, 10, 24, sealed.len() - 1] {
        assert!(again.open("purpose", &sealed[..cut]).is_err());
    }
    assert_ne!(again.seal("purpose", b"plain").unwrap(), sealed, "no nonce twice");
}

#[test]
fn a_text_that_is_no_key_is_refused_and_not_repeated() {
    for text in ["", "hunter2 hunter2", "aHVudGVyMg==", "\u{0}"] {
        let said = format!("{:?}", Seal::from_key_text(text).unwrap_err());
        assert!(text.is_empty() || !said.contains(text), "{said}");
    }
    std::fs::write(tempfile::tempdir().unwrap().path().join("x"), "").unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no key\n").unwrap();
    assert!(format!("{:#}", Seal::load_or_create(file.path()).unwrap_err()).contains("key file"));
}
