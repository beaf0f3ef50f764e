#!/bin/bash
# A private Postfix on loopback: postfix.sh STATE SMTP_PORT SUBMISSION_PORT LMTP_PORT DOVECOT_STATE [DOMAIN…]
#
# SMTP_PORT takes mail as an MX would, SUBMISSION_PORT asks for STARTTLS and a log-in (against that Dovecot's users). Mail to any of the
# domains (default: example.test clinic.test) goes to LMTP_PORT; everything else is refused, so nothing leaves the machine.
# Everything it writes is below STATE (an absolute path). Needs root, as Postfix does. Prints the master's pid; stop it by `kill PID`.
set -eu
S=$1 SMTP=$2 SUBMISSION=$3 LMTP=$4 DOVECOT=$5
shift 5
DOMAINS=${*:-example.test clinic.test}
mkdir -p "$S"/{etc,spool,data}
chown root "$S" "$S/etc" "$S/spool"
chown postfix "$S/data"
chmod 755 "$S"

cat >"$S/etc/main.cf" <<C
compatibility_level = 3.6
queue_directory = $S/spool
data_directory = $S/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $S/postfix.log
maillog_file_prefixes = $S
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydestination =
virtual_mailbox_domains = $DOMAINS
virtual_transport = lmtp:inet:127.0.0.1:$LMTP
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
smtp_host_lookup = native
disable_dns_lookups = yes
mynetworks = 127.0.0.0/8
# What lacks a Message-ID or a Date shall lack it on arrival too.
local_header_rewrite_clients =
smtpd_tls_cert_file = $DOVECOT/tls/srv.pem
smtpd_tls_key_file = $DOVECOT/tls/srv.key
smtpd_tls_security_level = may
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_sasl_type = dovecot
smtpd_sasl_path = unix:$DOVECOT/run/auth-client
smtpd_sasl_security_options = noanonymous
message_size_limit = 104857600
mailbox_size_limit = 0
recipient_delimiter = +
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
lmtp_destination_concurrency_limit = 8
in_flow_delay = 0
smtpd_peername_lookup = no
alias_maps =
alias_database =
local_recipient_maps =
C
cat >"$S/etc/master.cf" <<C
127.0.0.1:$SMTP inet n - n - - smtpd
127.0.0.1:$SUBMISSION inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
C
/usr/sbin/postfix -c "$S/etc" start >"$S/start.err" 2>&1 </dev/null || { cat "$S/start.err" >&2; exit 1; }
for _ in $(seq 200); do
  [ -s "$S/spool/pid/master.pid" ] && (echo >"/dev/tcp/127.0.0.1/$SMTP") 2>/dev/null && break
  sleep 0.02
done
tr -d ' ' <"$S/spool/pid/master.pid"
echo
