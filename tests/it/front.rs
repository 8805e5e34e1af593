//! What stands in front of a self-hosted server: TLS with a certificate of any kind. Passes everything on to
//! the sandbox and keeps what came out of the encryption.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wardroom_core::model::ServerAddress;

use crate::office::Office;

/// What kind of certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By an authority of its own; good otherwise.
    Own,
    /// By that authority, long ago.
    Expired,
    /// By that authority, from a day far ahead.
    NotYetValid,
    /// By nobody but itself.
    SelfSigned,
    /// The same as `openssl req -x509` makes it: it calls itself an authority.
    SelfSignedAuthority,
}

/// Speaks TLS before the sandbox.
pub(crate) struct Front {
    /// Where it listens.
    pub(crate) place: SocketAddr,
    /// The PEM file of the authority that signed its certificate, or of the certificate itself.
    pub(crate) root: PathBuf,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Front {
    /// A good certificate for `localhost`.
    pub(crate) async fn before(office: &Office) -> Self {
        Self::with(office, "localhost", Kind::Own).await
    }

    pub(crate) async fn with(office: &Office, name: &str, kind: Kind) -> Self {
        let (root, chain, key) = certificates(name, kind);
        let file = office.folder().join(format!("{name}-{kind:?}.pem"));
        std::fs::create_dir_all(office.folder()).unwrap();
        std::fs::write(&file, root).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap();
        let behind = office.sandbox.url().strip_prefix("http://").unwrap().parse().unwrap();
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(pass_on(listener, acceptor, behind, Arc::clone(&heard)));
        Self { place, root: file, heard }
    }

    /// Its address by this name.
    pub(crate) fn address(&self, name: &str) -> ServerAddress {
        ServerAddress::parse(&format!("https://{name}:{}", self.place.port())).unwrap()
    }

    /// Everything clients sent, out of the encryption, in lower case.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).to_lowercase()
    }
}

async fn pass_on(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    behind: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let (acceptor, heard) = (acceptor.clone(), Arc::clone(&heard));
        tokio::spawn(async move {
            // A client that refuses the certificate ends the handshake: nothing to pass on.
            let Ok(client) = acceptor.accept(client).await else { return };
            let (mut from, mut to_client) = tokio::io::split(client);
            let (mut answers, mut server) = TcpStream::connect(behind).await.unwrap().into_split();
            let up = async {
                let mut bytes = vec![0; 16 << 10];
                while let Ok(length @ 1..) = from.read(&mut bytes).await {
                    heard.lock().unwrap().extend_from_slice(&bytes[..length]);
                    if server.write_all(&bytes[..length]).await.is_err() {
                        break;
                    }
                }
                let _ = server.shutdown().await;
            };
            let down = async {
                let _ = tokio::io::copy(&mut answers, &mut to_client).await;
                let _ = to_client.shutdown().await;
            };
            tokio::join!(up, down);
        });
    }
}

/// What to trust as PEM, and a certificate for `name` with its key.
fn certificates(
    name: &str,
    kind: Kind,
) -> (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut own = CertificateParams::new(vec![name.to_owned()]).unwrap();
    own.distinguished_name.push(rcgen::DnType::CommonName, format!("{name} of the stories"));
    match kind {
        Kind::Expired => own.not_after = date_time_ymd(2001, 1, 1),
        Kind::NotYetValid => own.not_before = date_time_ymd(4000, 1, 1),
        Kind::SelfSignedAuthority => own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
        Kind::Own | Kind::SelfSigned => {}
    }
    let (root, own) = if matches!(kind, Kind::SelfSigned | Kind::SelfSignedAuthority) {
        let own = own.self_signed(&key).unwrap();
        (own.pem(), own)
    } else {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(authority, authority_key);
        (root.pem(), own.signed_by(&key, &issuer).unwrap())
    };
    (root, vec![own.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}

/// A file's path that nothing is at.
pub(crate) fn nowhere(folder: &Path) -> PathBuf {
    folder.join("gone.pem")
}
