//! Self-hosted servers with a certificate of their own: trusted when the person says so, refused otherwise,
//! each time in words that say what is wrong.

use wardroom_core::keys::Secret;
use wardroom_core::model::{NetworkSettings, ProxySettings, ServerAddress, ServerSettings};
use wardroom_core::server::TlsTrouble;
use wardroom_core::session::{Desk, Options};
use wardroom_core::{Code, Error, server, sync};

use crate::front::{Front, Kind, nowhere};
use crate::office::Office;

#[tokio::test]
async fn a_certificate_of_ones_own_is_trusted_when_the_person_says_so() {
    let office = Office::small().await;
    let front = Front::before(&office).await;
    let (email, address) = (office.account("providerAdmin").email, front.address("localhost"));

    let strict = Options { ca_cert: None, no_keyring: true };
    let desk = Desk::open(&office.folder(), strict).unwrap();
    let error = desk.sign_in(&address, &email, office.password()).await.unwrap_err();
    assert_eq!(trouble(&error), TlsTrouble::UnknownIssuer);
    assert_eq!(error.code(), Code::Offline);
    assert!(office.sandbox.requests().is_empty(), "nothing went to a server nobody vouches for");

    let trusting = Options { ca_cert: Some(front.root.clone()), no_keyring: true };
    let desk = Desk::open(&office.folder(), trusting).unwrap();
    let unlocked = desk.sign_in(&address, &email, office.password()).await.unwrap();
    assert_eq!(sync::refresh(&unlocked).await.unwrap().clients, 3);
}

#[tokio::test]
async fn a_ca_file_chosen_in_the_settings_holds_at_once_and_after_a_restart() {
    let office = Office::small().await;
    let front = Front::before(&office).await;
    let (email, address) = (office.account("providerAdmin").email, front.address("localhost"));
    let desk = office.desk();
    let trusting = NetworkSettings { ca_cert: Some(front.root.clone()), ..Default::default() };
    desk.set_network(trusting.clone(), None).await.unwrap();
    let unlocked = desk.sign_in(&address, &email, office.password()).await.unwrap();

    desk.set_network(NetworkSettings::default(), None).await.unwrap();
    let error = sync::refresh(&unlocked).await.unwrap_err();
    assert_eq!(trouble(&error), TlsTrouble::UnknownIssuer, "the open account follows as well");
    desk.set_network(trusting.clone(), None).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
    unlocked.lock().await.unwrap();

    let desk = office.desk();
    assert_eq!(desk.network().await.settings, trusting);
    let unlocked = desk.locked(None).unwrap().unwrap().unlock(office.password()).await.unwrap();
    sync::refresh(&unlocked).await.unwrap();
}

#[tokio::test]
async fn a_ca_file_that_is_gone_keeps_nobody_from_starting_and_is_told() {
    let office = Office::small().await;
    let front = Front::before(&office).await;
    let desk = office.desk();
    let settings =
        NetworkSettings { ca_cert: Some(nowhere(&office.folder())), ..Default::default() };
    let refused = desk.set_network(settings, None).await.unwrap_err();
    assert_eq!(refused.code(), Code::InputRefused);
    let settings = NetworkSettings { ca_cert: Some(front.root.clone()), ..Default::default() };
    desk.set_network(settings, None).await.unwrap();
    std::fs::remove_file(&front.root).unwrap();

    let desk = office.desk();
    assert!(desk.network().await.problem.is_some());
    let email = office.account("providerAdmin").email;
    let signing_in = desk.sign_in(&front.address("localhost"), &email, office.password()).await;
    assert_eq!(trouble(&signing_in.unwrap_err()), TlsTrouble::CaFile);
    desk.set_network(NetworkSettings::default(), None).await.expect("and it can be mended");
    assert!(desk.network().await.problem.is_none());
}

#[tokio::test]
async fn each_thing_that_is_wrong_with_a_certificate_is_told_in_its_own_words() {
    let office = Office::small().await;
    let cases = [
        (Kind::Own, true, "127.0.0.1", TlsTrouble::WrongName),
        (Kind::Own, false, "localhost", TlsTrouble::UnknownIssuer),
        (Kind::Expired, true, "localhost", TlsTrouble::Expired),
        (Kind::NotYetValid, true, "localhost", TlsTrouble::NotYetValid),
        (Kind::SelfSigned, false, "localhost", TlsTrouble::SelfSigned),
        (Kind::SelfSignedAuthority, false, "localhost", TlsTrouble::SelfSigned),
    ];
    let mut words = std::collections::HashSet::new();
    for (kind, trusted, host, expected) in cases {
        let front = Front::with(&office, "localhost", kind).await;
        let desk = office.desk();
        let ca_cert = trusted.then(|| front.root.clone());
        desk.set_network(NetworkSettings { ca_cert, ..Default::default() }, None).await.unwrap();
        let signing_in = desk.sign_in(&front.address(host), "a@b.example", Secret::new("x")).await;
        let error = signing_in.unwrap_err();
        assert_eq!(trouble(&error), expected, "{kind:?}");
        let told = error.failure();
        assert!(told.hint.is_some());
        words.insert(told.message);
    }
    assert_eq!(words.len(), 5, "{words:?}");
    assert!(office.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_self_signed_certificate_can_be_chosen_as_what_to_trust() {
    let office = Office::small().await;
    let front = Front::with(&office, "localhost", Kind::SelfSigned).await;
    let desk = office.desk();
    let settings = NetworkSettings { ca_cert: Some(front.root.clone()), ..Default::default() };
    desk.set_network(settings, None).await.unwrap();
    let email = office.account("providerAdmin").email;
    desk.sign_in(&front.address("localhost"), &email, office.password()).await.unwrap();
}

#[tokio::test]
async fn https_to_a_port_of_plain_http_is_told_as_that() {
    let office = Office::small().await;
    // The sandbox itself speaks both on one port.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut client, _)) = listener.accept().await {
            let _ = client.read(&mut [0; 64]).await;
            let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let address = ServerAddress::parse(&format!("https://localhost:{port}")).unwrap();
    let error = office.desk().sign_in(&address, "a@b.example", Secret::new("x")).await.unwrap_err();
    assert_eq!(trouble(&error), TlsTrouble::NotTls);
}

#[tokio::test]
async fn an_inspecting_network_is_named_when_it_stands_before_bitwardens_cloud() {
    let office = Office::small().await;
    let front = Front::with(&office, "identity.bitwarden.com", Kind::Own).await;
    let proxy = wardroom_sandbox::WebProxy::start().await.unwrap();
    proxy.lead("identity.bitwarden.com", front.place);
    let desk = office.desk();
    let manual = ProxySettings::Manual { address: proxy.address(), user: None };
    let settings = NetworkSettings { proxy: manual, ..Default::default() };
    desk.set_network(settings, None).await.unwrap();
    let us: ServerSettings = (&ServerAddress::Us).into();
    let mut attempt = desk.attempt(&us, "a@b.example").unwrap();
    let error = attempt.with_password(Secret::new("x")).await.unwrap_err();
    assert_eq!(trouble(&error), TlsTrouble::Inspected);
    assert!(front.heard().is_empty(), "the password hash did not go to it");
}

fn trouble(error: &Error) -> TlsTrouble {
    match error {
        Error::Server(server::Error::Tls(trouble)) => *trouble,
        other => panic!("not about TLS: {other:?}"),
    }
}
