//! Whom to trust, and what exactly is wrong with a certificate.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, InvalidMessage,
    OtherError, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

/// Trusted roots beside the system's own.
#[derive(Debug, Clone, Default)]
pub struct Roots(Vec<CertificateDer<'static>>);

impl Roots {
    /// Reads one or more certificates; `None` when there is none in the file.
    #[must_use]
    pub fn parse(pem: &[u8]) -> Option<Self> {
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let found = found.ok().filter(|found| !found.is_empty())?;
        // A file of nothing but base64 must not pass as trust.
        let mut store = rustls::RootCertStore::empty();
        found.iter().try_for_each(|one| store.add(one.clone())).ok()?;
        Some(Self(found))
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }
}

/// Why no secure connection came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsTrouble {
    /// Nobody here vouches for it.
    #[error("the server's certificate comes from an authority this machine does not know")]
    UnknownIssuer,
    /// Nobody but itself vouches for it.
    #[error("the server's certificate vouches for itself (self-signed)")]
    SelfSigned,
    /// Bitwarden's own cloud has certificates every system knows: somebody stands in between.
    #[error(
        "something between this machine and Bitwarden's cloud opens the encryption (TLS inspection)"
    )]
    Inspected,
    /// Or this machine's clock is ahead.
    #[error("the server's certificate has expired")]
    Expired,
    /// Or this machine's clock is behind.
    #[error("the server's certificate is not valid yet")]
    NotYetValid,
    /// For another host.
    #[error("the server's certificate is for another name than the address")]
    WrongName,
    /// Taken back by its authority.
    #[error("the server's certificate was revoked")]
    Revoked,
    /// What answers does not speak TLS.
    #[error("what answers on this port does not speak TLS, perhaps plain http")]
    NotTls,
    /// Some servers ask for a certificate of the person's.
    #[error("the server asks for a client certificate, and Wardroom has none to show")]
    ClientCertificate,
    /// The file of the settings is gone or holds no certificate.
    #[error("the CA file of the network settings cannot be read")]
    CaFile,
    /// Anything else about TLS.
    #[error("no secure connection to the server could be agreed on")]
    Other,
}

impl TlsTrouble {
    /// What to do.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::UnknownIssuer => {
                "if the server is your own, or your network inspects TLS, choose its authority's certificate \
                 (a PEM file) as the CA file in the network settings"
            }
            Self::SelfSigned => {
                "if you know the server, choose its certificate (a PEM file) as the CA file in the network \
                 settings; if that is refused as well, it calls itself an authority (CA:TRUE) and has to be \
                 made anew without that"
            }
            Self::Inspected => {
                "ask whoever runs this network for the inspecting authority's CA file and choose it in the \
                 network settings; if nobody knows of one, do not sign in from this network"
            }
            Self::Expired | Self::NotYetValid => {
                "check this machine's date and time first; if they are right, the server needs a new \
                 certificate"
            }
            Self::WrongName => {
                "check the address: it must be the name the certificate was made for"
            }
            Self::Revoked | Self::Other => "tell whoever runs the server",
            Self::NotTls => "check the address and its port",
            Self::ClientCertificate => {
                "servers behind client certificates cannot be used yet; ask for a way around"
            }
            Self::CaFile => "choose the file again in the network settings",
        }
    }

    /// What is wrong, when `error` or what is behind it is about TLS.
    pub(super) fn within(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(Self::of(tls));
        }
        // TLS errors travel inside I/O errors, whose `source` skips what they hold.
        let held = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        held.and_then(|held| Self::within(held)).or_else(|| error.source().and_then(Self::within))
    }

    fn of(error: &rustls::Error) -> Self {
        use AlertDescription as Alert;
        use CertificateError as Bad;
        match error {
            rustls::Error::InvalidCertificate(bad) => match bad {
                Bad::Expired | Bad::ExpiredContext { .. } => Self::Expired,
                Bad::NotValidYet | Bad::NotValidYetContext { .. } => Self::NotYetValid,
                Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Self::WrongName,
                Bad::Revoked => Self::Revoked,
                Bad::Other(OtherError(why)) => {
                    why.downcast_ref::<Self>().copied().unwrap_or(Self::Other)
                }
                bad if leaves_the_issuer_open(bad) => Self::UnknownIssuer,
                _ => Self::Other,
            },
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NotTls,
            rustls::Error::AlertReceived(
                Alert::CertificateRequired | Alert::BadCertificate | Alert::AccessDenied,
            ) => Self::ClientCertificate,
            _ => Self::Other,
        }
    }
}

/// TLS as this machine does it: the system's judgement, with `more` trusted besides.
pub(super) fn config(more: &Roots) -> Result<ClientConfig, TlsTrouble> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(more.0.iter().cloned(), Arc::clone(&provider))
        .map_err(|_| TlsTrouble::Other)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TlsTrouble::Other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Teller(verifier)))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The system's judgement, unchanged; a refusal is told more exactly.
#[derive(Debug)]
struct Teller(Verifier);

impl ServerCertVerifier for Teller {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.0
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| told(error, end_entity, server_name))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

fn told(
    error: rustls::Error,
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
) -> rustls::Error {
    let rustls::Error::InvalidCertificate(bad) = &error else { return error };
    let trouble = if !leaves_the_issuer_open(bad) {
        return error;
    } else if is_of_bitwarden(name) {
        TlsTrouble::Inspected
    } else if vouches_for_itself(certificate) {
        TlsTrouble::SelfSigned
    } else {
        return error;
    };
    rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(trouble))))
}

/// Nobody known issued it: also when it names somebody known who did not, and when it is an authority's own,
/// which is refused before anybody looks for its issuer.
fn leaves_the_issuer_open(bad: &CertificateError) -> bool {
    matches!(
        bad,
        CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
            | CertificateError::Other(_)
    )
}

fn is_of_bitwarden(name: &ServerName<'_>) -> bool {
    let ServerName::DnsName(name) = name else { return false };
    let name = name.as_ref().to_ascii_lowercase();
    ["bitwarden.com", "bitwarden.eu"].into_iter().any(|own| {
        name.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether issuer and subject are the same name (RFC 5280, section 4.1).
fn vouches_for_itself(certificate: &[u8]) -> bool {
    const VERSION: u8 = 0xA0;
    let names = || {
        let (_, signed, _) = element(certificate)?;
        let (_, mut rest, _) = element(signed)?;
        if rest.first() == Some(&VERSION) {
            rest = element(rest)?.2;
        }
        // Serial number and algorithm come first, the validity between the names.
        let issuer = element(element(rest)?.2)?.2;
        let validity = element(issuer)?.2;
        let subject = element(validity)?.2;
        Some(element(issuer)?.1 == element(subject)?.1)
    };
    names().unwrap_or_default()
}

/// The first DER element: its tag, its content and what follows (X.690, section 8.1).
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let octets;
        (octets, rest) = rest.split_at_checked(usize::from(first & 0x7F).min(9))?;
        length = octets.iter().try_fold(0_usize, |length, octet| {
            length.checked_mul(256)?.checked_add(usize::from(*octet))
        })?;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_clouds_own_names_count_as_inspected() {
        let is = |name: &str| is_of_bitwarden(&ServerName::try_from(name.to_owned()).unwrap());
        assert!(is("bitwarden.com") && is("vault.bitwarden.eu") && is("API.Bitwarden.com"));
        assert!(!is("notbitwarden.com") && !is("bitwarden.com.evil.example") && !is("127.0.0.1"));
    }

    #[test]
    fn a_certificate_that_is_no_certificate_vouches_for_nothing() {
        let der = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
        let der = der.cert.der().to_vec();
        assert!(vouches_for_itself(&der));
        for length in 0..der.len().min(200) {
            assert!(!vouches_for_itself(&der[..length]), "cut at {length}");
        }
        assert!(!vouches_for_itself(&[0x30, 0xFF, 1, 2, 3]));
        assert!(!vouches_for_itself(&[0x30, 0x89, 255, 255, 255, 255, 255, 255, 255, 255, 255]));
    }

    #[test]
    fn a_file_without_a_certificate_is_no_trust() {
        assert!(Roots::parse(b"").is_none());
        assert!(
            Roots::parse(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----").is_none()
        );
        let pem = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap().cert.pem();
        assert!(Roots::parse(format!("{pem}\n{pem}").as_bytes()).is_some());
    }
}
