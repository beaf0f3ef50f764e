#!/bin/bash
# Says in one line each which stories can't be told on this machine, and why. Prints nothing where everything is there.
has() { for place in /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin; do [ -x "$place/$1" ] && return 0; done; return 1; }
lacks() { echo "NOT TESTED HERE: $2 (missing: $1; apt-get install $3)"; }

{ has chromium && has chromedriver; } || lacks Chromium "the desk in a real browser: journey::in_a_browser" "chromium chromium-driver"
has openssl || lacks openssl "anything over TLS" openssl
has dovecot || lacks Dovecot "mail from a real IMAP server: mailbox::imap, mailbox::reconcile, faults, journey" "dovecot-imapd dovecot-lmtpd"
has postfix || lacks Postfix "mail through a real SMTP server: outbox::postfix, journey" postfix
[ "$(id -u)" = 0 ] || echo "NOT TESTED HERE: mail through a real SMTP server: outbox::postfix, journey (Postfix starts for root alone)"
[ -d /usr/lib/postgresql ] || [ -n "${PGBIN:-}" ] || lacks PostgreSQL "the store on PostgreSQL: store::on_postgres, journey" postgresql
exit 0
