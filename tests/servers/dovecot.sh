#!/bin/bash
# A private Dovecot on loopback: dovecot.sh STATE IMAP_PORT IMAPS_PORT LMTP_PORT
#
# Everything it writes is below STATE (an absolute path). Prints the master's pid once it answers; stop it by `kill PID`.
# Users are the lines of STATE/users (`name:{PLAIN}password::::::`), made as u1..u9 with pw1..pw9 where there is no such file. Anybody in
# STATE/users gets mail by LMTP; their mail lies in STATE/mail/NAME/Maildir. STATE/tls/ca.pem is the authority to trust.
# Runs as root and as anybody else: then every process of it is that user's.
# STATE/extra.conf is read at the end, where there is one.
set -eu
S=$1 IMAP=$2 IMAPS=$3 LMTP=$4
mkdir -p "$S"/{run,mail,tls,state}
chmod 755 "$S"

if [ "$(id -u)" = 0 ]; then INTERNAL=dovecot LOGIN=dovenull MAIL=mail GROUP=mail; else INTERNAL=$(id -un) LOGIN=$INTERNAL MAIL=$INTERNAL GROUP=$(id -gn); fi

# An authority and a certificate beneath it: rustls takes no certificate that is its own authority.
if [ ! -f "$S/tls/srv.pem" ]; then (
  cd "$S/tls"
  KEY="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
  openssl req -x509 $KEY -days 30 -keyout ca.key -out ca.pem -subj "/CN=CaseConsultant test authority" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>openssl.log
  openssl req $KEY -keyout srv.key -out srv.csr -subj /CN=localhost 2>>openssl.log
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >ext
  openssl x509 -req -in srv.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out srv.pem 2>>openssl.log
); fi
[ -f "$S/users" ] || for i in 1 2 3 4 5 6 7 8 9; do echo "u$i:{PLAIN}pw$i::::::"; done >"$S/users"
touch "$S/extra.conf"

cat >"$S/dovecot.conf" <<C
base_dir = $S/run
state_dir = $S/state
instance_name = caseconsultant$IMAP
log_path = $S/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = $INTERNAL
default_internal_group = $(id -gn "$INTERNAL")
default_login_user = $LOGIN
default_vsz_limit = 1G
ssl = yes
ssl_cert = <$S/tls/srv.pem
ssl_key = <$S/tls/srv.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %n
auth_failure_delay = 0
mail_location = maildir:$S/mail/%n/Maildir
mail_uid = $MAIL
mail_gid = $GROUP
first_valid_uid = 1
first_valid_gid = 0
mail_max_userip_connections = 200
mailbox_list_index = yes
mailbox_idle_check_interval = 2 secs
maildir_very_dirty_syncs = yes
recipient_delimiter = +
postmaster_address = postmaster@localhost
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n $S/users
}
userdb {
  driver = passwd-file
  args = username_format=%n $S/users
  default_fields = uid=$MAIL gid=$GROUP home=$S/mail/%n
}
service imap-login {
  inet_listener imap {
    port = $IMAP
  }
  inet_listener imaps {
    port = $IMAPS
    ssl = yes
  }
  process_min_avail = 1
  service_count = 0
  chroot =
}
service imap {
  process_limit = 200
}
service anvil {
  chroot =
  # No waiting after somebody else's wrong password.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service auth {
  unix_listener auth-client {
    mode = 0666
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $LMTP
  }
}
!include $S/extra.conf
C
chmod 777 "$S/mail"
"$(command -v dovecot || echo /usr/sbin/dovecot)" -c "$S/dovecot.conf" >/dev/null 2>"$S/start.err" </dev/null || { cat "$S/start.err" >&2; exit 1; }
for _ in $(seq 200); do
  [ -s "$S/run/master.pid" ] && (echo >"/dev/tcp/127.0.0.1/$IMAP") 2>/dev/null && (echo >"/dev/tcp/127.0.0.1/$LMTP") 2>/dev/null && break
  sleep 0.02
done
cat "$S/run/master.pid"
