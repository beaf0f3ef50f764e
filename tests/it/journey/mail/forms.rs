//! Every form that a question's body and header take. Each is built byte by byte: no library would write half of these.

use super::encode::{
    ISO_2022_JP_GREETING, KOI8_R_GREETING, SHIFT_JIS_GREETING, base64_lines, latin1, quoted_printable, windows1252, word_b,
    word_q,
};
use super::people::Letter;
use crate::attachments::files::pdf_saying;

/// The attachment of the large mail, in bytes before its base64.
const LARGE_BYTES: usize = 12 * 1024 * 1024;

#[derive(Clone, Copy)]
pub struct Form {
    pub name: &'static str,
    pub write: fn(&Letter<'_>) -> Vec<u8>,
    pub has_message_id: bool,
    pub twice: bool,
}

const fn form(name: &'static str, write: fn(&Letter<'_>) -> Vec<u8>) -> Form {
    Form { name, write, has_message_id: true, twice: false }
}

pub const FORMS: &[Form] = &[
    form("plain 7bit", |l| mail(l, "Content-Type: text/plain; charset=us-ascii", l.text.as_bytes())),
    form("no MIME header at all", |l| whole(&[&header(l, "")], l.text.as_bytes())),
    form("UTF-8 8bit", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
            format!("Hello — José here.\r\n\r\n{}", l.text).as_bytes(),
        )
    }),
    form("UTF-8 base64", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
            &base64_lines(format!("Hello – José here.\r\n\r\n{}", l.text).as_bytes()),
        )
    }),
    form("quoted-printable", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
            &quoted_printable(format!("Hello “desk”,\r\n\r\n{}", l.text).as_bytes()),
        )
    }),
    form("HTML only", |l| mail(l, "Content-Type: text/html; charset=utf-8", html(l).as_bytes())),
    form("HTML only in base64", |l| {
        mail(l, "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64", &base64_lines(html(l).as_bytes()))
    }),
    form("HTML only in quoted-printable with entities", |l| {
        let body = format!(
            "<html><head><style>p {{ color: red }}</style></head><body><p>Se&ntilde;or&nbsp;desk,</p><p>{}</p></body></html>",
            l.text
        );
        mail(
            l,
            "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable",
            &quoted_printable(body.as_bytes()),
        )
    }),
    form("multipart/alternative", |l| {
        let parts = [
            part("text/plain; charset=utf-8", "8bit", l.text.as_bytes()),
            part("text/html; charset=utf-8", "8bit", html(l).as_bytes()),
        ];
        mail(l, &multipart_type("alternative"), &multipart(&parts))
    }),
    form("an empty plain part beside the HTML", |l| {
        let parts =
            [part("text/plain; charset=utf-8", "7bit", b" \r\n"), part("text/html; charset=utf-8", "8bit", html(l).as_bytes())];
        mail(l, &multipart_type("alternative"), &multipart(&parts))
    }),
    form("multipart/mixed with a small PDF", |l| {
        let parts = [
            part("text/plain; charset=utf-8", "8bit", l.text.as_bytes()),
            attachment("application/pdf", "claim.pdf", &pdf_saying(&["Remittance advice of last week, one page."])),
        ];
        mail(l, &multipart_type("mixed"), &multipart(&parts))
    }),
    form("a large attachment", large),
    form("multipart/related with an inline picture", |l| {
        let picture = part(
            "image/png\r\nContent-ID: <logo@clinic.test>\r\nContent-Disposition: inline",
            "base64",
            &base64_lines(b"\x89PNG\r\n\x1a\n0000"),
        );
        let parts = [part("text/html; charset=utf-8", "8bit", html(l).as_bytes()), picture];
        mail(l, &multipart_type("related"), &multipart(&parts))
    }),
    form("ISO-8859-1 quoted-printable", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: quoted-printable",
            &quoted_printable(&latin1(&format!("Grüße aus Köln.\r\n\r\n{}", l.text))),
        )
    }),
    form("windows-1252 8bit", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=\"windows-1252\"\r\nContent-Transfer-Encoding: 8bit",
            &windows1252(&format!("It’s about a “claim” – please help…\r\n\r\n{}", l.text)),
        )
    }),
    form("ISO-2022-JP", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit",
            &greeted(ISO_2022_JP_GREETING, l),
        )
    }),
    form("Shift_JIS base64", |l| {
        mail(
            l,
            "Content-Type: text/plain; charset=Shift_JIS\r\nContent-Transfer-Encoding: base64",
            &base64_lines(&greeted(SHIFT_JIS_GREETING, l)),
        )
    }),
    form("KOI8-R 8bit", |l| {
        mail(l, "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit", &greeted(KOI8_R_GREETING, l))
    }),
    form("a charset that nobody knows", |l| {
        mail(l, "Content-Type: text/plain; charset=x-our-own\r\nContent-Transfer-Encoding: 8bit", l.text.as_bytes())
    }),
    form("raw UTF-8 in the header", |l| {
        let head = format!("From: José Ibarra <{}>\r\nTo: {}\r\nSubject: ¿{}?\r\n{}", l.from, l.to, l.subject, ids(l));
        whole(&[head.as_bytes(), TEXT_8BIT], l.text.as_bytes())
    }),
    form("raw Latin-1 in the header", |l| {
        let head = latin1(&format!("From: José Ibarra <{}>\r\nTo: {}\r\nSubject: ¿{}?\r\n{}", l.from, l.to, l.subject, ids(l)));
        whole(&[&head, TEXT_8BIT], l.text.as_bytes())
    }),
    form("encoded words, folded", |l| {
        let name = word_q("iso-8859-1", &latin1("Müller, Zoë"));
        let (a, b) = l.subject.split_at(l.subject.len() / 2);
        let subject = format!("{}\r\n {}", word_b("utf-8", a.as_bytes()), word_b("utf-8", b.as_bytes()));
        let head = format!("From: {name}\r\n <{}>\r\nTo: {}\r\nSubject: {subject}\r\n{}", l.from, l.to, ids(l));
        whole(&[head.as_bytes(), TEXT_8BIT], l.text.as_bytes())
    }),
    form("odd header spelling, comments and folds", |l| {
        let head = format!(
            "FROM : \"Desk, Front\" (reception)\r\n\t<{}> (ext. 12)\r\nto:{}\r\nSUBJECT:\r\n {}\r\n{}",
            l.from,
            l.to,
            l.subject,
            ids(l)
        );
        whole(&[head.as_bytes(), TEXT_8BIT], l.text.as_bytes())
    }),
    Form {
        name: "no Message-ID",
        write: |l| mail(l, "Content-Type: text/plain; charset=utf-8", l.text.as_bytes()),
        has_message_id: false,
        twice: false,
    },
    Form {
        name: "the same mail twice",
        write: |l| mail(l, "Content-Type: text/plain; charset=utf-8", l.text.as_bytes()),
        has_message_id: true,
        twice: true,
    },
    form("no Date", |l| {
        let head = header(l, "").into_iter().collect::<Vec<_>>();
        let text = String::from_utf8(head).unwrap();
        let without: String = text.split_inclusive("\r\n").filter(|line| !line.starts_with("Date:")).collect();
        whole(&[without.as_bytes(), TEXT_8BIT], l.text.as_bytes())
    }),
    form("one line of thousands of characters", |l| {
        let filler = "We have read the manual and looked through our notes again. ".repeat(80);
        mail(l, "Content-Type: text/plain; charset=utf-8", format!("{} {filler}", l.text).as_bytes())
    }),
    form("a forwarded message inside", |l| {
        let inner =
            b"From: payer@payer.test\r\nTo: office@clinic.test\r\nSubject: remittance advice\r\n\r\nThe line was denied.\r\n";
        let parts = [part("text/plain; charset=utf-8", "8bit", l.text.as_bytes()), part("message/rfc822", "7bit", inner)];
        mail(l, &multipart_type("mixed"), &multipart(&parts))
    }),
    form("format=flowed", |l| {
        let flowed = l.text.replace(". ", ". \r\n");
        mail(l, "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no", flowed.as_bytes())
    }),
    form("a boundary that is never closed", |l| {
        let body = format!("--never\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n", l.text);
        mail(l, "Content-Type: multipart/mixed; boundary=never", body.as_bytes())
    }),
    form("a quote below the question", |l| {
        let body = format!(
            "{}\r\n\r\nOn Mon, 16 Nov 2026 at 09:12, Payer <payer@payer.test> wrote:\r\n> Please see your remittance of last week.\r\n> Regards\r\n",
            l.text
        );
        mail(l, "Content-Type: text/plain; charset=utf-8", body.as_bytes())
    }),
    form("a signature full of numbers", |l| {
        let body = format!("{}\r\n\r\n-- \r\nFront desk\r\nTel. (555) 201-9921 ext. 71046\r\nSpringfield 62704\r\n", l.text);
        mail(l, "Content-Type: text/plain; charset=utf-8", body.as_bytes())
    }),
    form("Reply-To of the same house", |l| {
        let head = header(l, &format!("Reply-To: \"The same desk\" <{}>\r\nCc: colleague@clinic.test, (nobody)\r\n", l.from));
        whole(&[&head, TEXT_8BIT], l.text.as_bytes())
    }),
    form("signed with a key that nobody has", |l| {
        let parts = [
            part("text/plain; charset=utf-8", "7bit", l.text.as_bytes()),
            part(
                "application/pgp-signature; name=signature.asc",
                "7bit",
                b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n-----END PGP SIGNATURE-----\r\n",
            ),
        ];
        mail(
            l,
            "Content-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=\"=_b\"",
            &multipart(&parts),
        )
    }),
];

const TEXT_8BIT: &[u8] = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";

/// Large it is a scan that nobody can read; else a table that is read.
fn large(letter: &Letter<'_>) -> Vec<u8> {
    let file = if letter.large {
        let bytes: Vec<u8> = (0..LARGE_BYTES).map(|n| u8::try_from((n * 31 + n / 7) % 256).unwrap()).collect();
        attachment("application/octet-stream", "scan.bin", &bytes)
    } else {
        attachment("text/csv", "batches.csv", "batch,state\r\nfirst,posted\r\n".repeat(100).as_bytes())
    };
    let parts = [part("text/plain; charset=utf-8", "8bit", letter.text.as_bytes()), file];
    mail(letter, &multipart_type("mixed"), &multipart(&parts))
}

fn html(letter: &Letter<'_>) -> String {
    format!("<html><body><p>Hello,</p>\r\n<p>{}</p>\r\n<p>Kind regards<br>The billing office</p></body></html>\r\n", letter.text)
}

fn greeted(greeting: &[u8], letter: &Letter<'_>) -> Vec<u8> {
    [greeting, b"\r\n\r\n", letter.text.as_bytes(), b"\r\n"].concat()
}

fn ids(letter: &Letter<'_>) -> String {
    let id = letter.message_id.map(|id| format!("Message-ID: <{id}>\r\n")).unwrap_or_default();
    format!("Date: Mon, 16 Nov 2026 09:12:00 -0500\r\n{id}")
}

fn header(letter: &Letter<'_>, more: &str) -> Vec<u8> {
    format!("From: Billing office <{}>\r\nTo: {}\r\nSubject: {}\r\n{}{more}", letter.from, letter.to, letter.subject, ids(letter))
        .into_bytes()
}

fn mail(letter: &Letter<'_>, content: &str, body: &[u8]) -> Vec<u8> {
    let content = format!("MIME-Version: 1.0\r\n{content}\r\n");
    whole(&[&header(letter, ""), content.as_bytes()], body)
}

fn whole(head: &[&[u8]], body: &[u8]) -> Vec<u8> {
    [head.concat().as_slice(), b"\r\n", body, b"\r\n"].concat()
}

fn multipart_type(subtype: &str) -> String {
    format!("Content-Type: multipart/{subtype}; boundary=\"=_b\"")
}

fn part(content_type: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    [format!("Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n").as_bytes(), body].concat()
}

fn attachment(media_type: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    part(&format!("{media_type}\r\nContent-Disposition: attachment; filename=\"{name}\""), "base64", &base64_lines(bytes))
}

fn multipart(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut body = b"This is a message with parts.\r\n".to_vec();
    for part in parts {
        body.extend_from_slice(b"\r\n--=_b\r\n");
        body.extend_from_slice(part);
    }
    body.extend_from_slice(b"\r\n--=_b--\r\n");
    body
}
