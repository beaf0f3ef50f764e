//! TLS towards mail servers: one client configuration for the mailbox and the outbox.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// What we speak TLS with: TLS 1.2 and 1.3 by ring, trusting the platform's roots and the authorities in `ca_file` (PEM, one or more) beside them.
///
/// # Errors
/// Where `ca_file` can't be read or holds no certificate, or the platform has no roots and no file adds any.
pub fn client_config(ca_file: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = ca_file.map(authorities).transpose()?.unwrap_or_default();
    let verifier = verifier(roots, &provider)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("the TLS library offers no protocol version")?
        // Named dangerous because the verifier is ours to choose; this one is the platform's own.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn verifier(roots: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> anyhow::Result<Verifier> {
    Verifier::new_with_extra_roots(roots, Arc::clone(provider))
        .context("no certificate authority to trust: install the system's (Debian: ca-certificates) or set ca_file")
}

fn authorities(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let all = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("ca_file {} can't be read as PEM", file.display()))?;
    anyhow::ensure!(!all.is_empty(), "ca_file {} holds no certificate", file.display());
    Ok(all)
}
