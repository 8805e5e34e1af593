//! Self-hosted servers with a certificate of their own: trusted when the person says so, refused otherwise.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use wardroom_core::model::ServerAddress;
use wardroom_core::session::{Desk, Options};
use wardroom_core::{Code, Error, server, sync};

use crate::office::Office;

#[tokio::test]
async fn a_certificate_of_ones_own_is_trusted_when_the_person_says_so() {
    let office = Office::small().await;
    let front = Front::before(&office).await;
    let email = office.account("providerAdmin").email;

    let strict = Options { ca_cert: None, no_keyring: true };
    let desk = Desk::open(&office.folder(), strict).unwrap();
    let error = desk.sign_in(&front.address, &email, office.password()).await.unwrap_err();
    assert!(matches!(error, Error::Server(server::Error::Certificate)), "{error:?}");
    assert_eq!(error.code(), Code::Offline);
    assert!(office.sandbox.requests().is_empty(), "nothing went to a server nobody vouches for");

    let trusting = Options { ca_cert: Some(front.root.clone()), no_keyring: true };
    let desk = Desk::open(&office.folder(), trusting).unwrap();
    let unlocked = desk.sign_in(&front.address, &email, office.password()).await.unwrap();
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
}

/// Speaks TLS with a certificate no system knows, and passes everything on to the sandbox.
struct Front {
    address: ServerAddress,
    /// The PEM file of the authority that signed it.
    root: PathBuf,
}

impl Front {
    async fn before(office: &Office) -> Self {
        let (root, chain, key) = certificates();
        let file = office.folder().join("root.pem");
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
        let port = listener.local_addr().unwrap().port();
        let behind = office.sandbox.url().strip_prefix("http://").unwrap().parse().unwrap();
        tokio::spawn(pass_on(listener, TlsAcceptor::from(Arc::new(config)), behind));
        let address = ServerAddress::parse(&format!("https://localhost:{port}")).unwrap();
        Self { address, root: file }
    }
}

async fn pass_on(listener: TcpListener, acceptor: TlsAcceptor, behind: SocketAddr) {
    while let Ok((client, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that refuses the certificate ends the handshake: nothing to pass on.
            let Ok(mut client) = acceptor.accept(client).await else { return };
            let mut server = TcpStream::connect(behind).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

/// An authority's certificate as PEM, and a certificate for `localhost` that it signed, with its key.
fn certificates() -> (String, Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let own = own.signed_by(&key, &issuer).unwrap();
    (root.pem(), vec![own.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}
