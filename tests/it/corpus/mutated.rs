//! The corpus, broken in every way that a wire, a program or an enemy breaks mail: reading it gives a value, and soon.
//!
//! `make test` reads two thousand, `make prove` a hundred thousand (see [`long_count`]). A number is a mail: the one that fails is named by
//! it, and `CASECONSULTANT_MUTATION=NUMBER` reads it alone.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use caseconsultant::parse;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::{mails, options, worked};
use crate::world::long_count;

const LONGEST: Duration = Duration::from_secs(1);

/// What a reader of mail acts upon, put where it does not belong.
const TOKENS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\r\n\r\n",
    b"--",
    b"--b\r\n",
    b"--b--\r\n",
    b"=?utf-8?B?",
    b"=?utf-8?Q?=C3?=",
    b"?=",
    b"\xff\xfe",
    b"\xc3",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/html\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"; charset=utf-7",
    b"; charset=utf-16",
    b"; boundary=\"\"",
    b"From: ",
    b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\n",
    b"References: <",
    b"<<<<<<<<",
    b">>>>>>>>",
    b"\"",
    b"\\",
    b"(((((((",
    b"<div>",
    b"</",
    b"<style>",
    b"&#x110000;",
    b"On Mon, Dana wrote:\r\n",
    b"\r\n> ",
    b"\r\n-- \r\n",
    b"99213-25, ",
    b"J1885 x 99999999999999999999",
    b"E11.9",
    b"=\r\n",
    b"=00",
    b"\xf0\x9f\xa9\xba",
    b"\xe2\x80\xae",
];

#[test]
fn mutated_mails_give_a_value_within_a_second() {
    let seeds: Vec<Vec<u8>> = mails().iter().map(|path| fs::read(path).unwrap()).filter(|mail| !mail.is_empty()).collect();
    let count = u64::try_from(long_count(2_000, 100_000)).unwrap();
    let numbers: std::ops::Range<u64> = match std::env::var("CASECONSULTANT_MUTATION") {
        Ok(number) => number.parse().map(|number| number..number + 1).unwrap(),
        Err(_) => 0..count,
    };
    let (next, started) = (AtomicU64::new(numbers.start), Instant::now());
    let found: Vec<(u64, Result<Duration, String>)> = std::thread::scope(|scope| {
        let hands = std::thread::available_parallelism().map_or(1, usize::from);
        let readers: Vec<_> = (0..hands).map(|_| scope.spawn(|| read_some(&seeds, &next, numbers.end))).collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    let (mut broken, mut longest) = (Vec::new(), Duration::ZERO);
    for (number, read) in &found {
        match read {
            Ok(took) if *took <= LONGEST => longest = longest.max(*took),
            Ok(took) => broken.push(format!("mutation {number} took {took:?}")),
            Err(why) => broken.push(format!("mutation {number}: {why}")),
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert_eq!(found.len() as u64, numbers.end - numbers.start, "each is read");
    println!("figure: {} mutated mails read in {:.0?}, the longest in {longest:.1?}", found.len(), started.elapsed());
}

/// Reads the mails that no other thread has taken.
fn read_some(seeds: &[Vec<u8>], next: &AtomicU64, end: u64) -> Vec<(u64, Result<Duration, String>)> {
    std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < end))
        .map(|number| (number, read(&mutated(seeds, number))))
        .collect()
}

/// How long it took, where what came out holds together.
fn read(mail: &[u8]) -> Result<Duration, String> {
    let begun = worked();
    let message = catch_unwind(AssertUnwindSafe(|| parse::read(mail, &options()))).map_err(|_| "panicked".to_owned())?;
    let took = worked() - begun;
    let characters = message.text.chars().count();
    if message.bytes != mail.len() {
        return Err("counts other bytes".to_owned());
    }
    if !message.identifiers.iter().all(|found| found.span.start < found.span.end && found.span.end <= characters) {
        return Err("an identifier lies outside the text".to_owned());
    }
    if !message.question.codes.iter().all(|code| code.span.start < code.span.end) {
        return Err("a code without extent".to_owned());
    }
    Ok(took)
}

fn mutated(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut chance = SmallRng::seed_from_u64(number);
    let mut mail = seeds.choose(&mut chance).unwrap().clone();
    for _ in 0..chance.random_range(1..=12) {
        let at = chance.random_range(0..=mail.len());
        let until = chance.random_range(at..=mail.len().min(at + 200));
        match chance.random_range(0..9) {
            0 | 1 => mail[at..until.min(at + 8)].iter_mut().for_each(|byte| *byte = chance.random()),
            2 => drop(mail.drain(at..until)),
            3 | 4 => drop(mail.splice(at..at, TOKENS.choose(&mut chance).unwrap().iter().copied())),
            5 => {
                let piece = mail[at..until].repeat(chance.random_range(1..40));
                mail.splice(at..at, piece);
            }
            6 => {
                let other = seeds.choose(&mut chance).unwrap();
                let from = chance.random_range(0..other.len());
                mail.splice(at..until, other[from..].iter().copied());
            }
            7 => mail[at..until].reverse(),
            _ => mail.truncate(at.max(1)),
        }
        mail.truncate(200_000);
    }
    mail
}
