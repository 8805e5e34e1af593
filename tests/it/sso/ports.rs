//! The way back from the browser: ports, doors, and everybody else who knocks.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wardroom_core::model::SignInStep;
use wardroom_core::{Code, Error};

use super::browser::Browser;
use super::{Scene, asked};

fn port_of(address: &str) -> u16 {
    let rest = address.strip_prefix("http://localhost:").unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_taken_port_is_passed_over_on_either_loopback_address() {
    let scene = Scene::open().await;
    let _four = TcpListener::bind((Ipv4Addr::LOCALHOST, 8065)).unwrap();
    // Where `localhost` means `::1`, the browser would go to the other program.
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, 8066));
    let person = scene.person("sso");
    scene.sandbox.sign_in_at_provider(Some(&person.email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, port) =
        tokio::join!(attempt.with_sso(person.identifier, Browser::noted(pad)), async {
            let address = noted.recv().await.unwrap();
            let (status, ..) = Browser::goes(&address).await;
            assert_eq!(status, 200);
            port_of(&address)
        });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
    assert_eq!(port, if six.is_ok() { 8067 } else { 8066 });
}

#[tokio::test]
async fn six_taken_ports_are_said_before_the_browser_opens() {
    let scene = Scene::open().await;
    let _all: Vec<_> =
        (8065..=8070).map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap()).collect();
    let opened = |_: &str| panic!("the browser could not come back");
    let error = scene.attempt("").with_sso("northwind", opened).await.unwrap_err();
    assert_eq!(error.code(), Code::SignInUnsupported);
    assert!(error.to_string().contains("8065 to 8070"), "{error}");
}

#[tokio::test]
async fn dropping_the_wait_closes_the_port() {
    let scene = Scene::open().await;
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    tokio::select! {
        _ = attempt.with_sso("northwind", Browser::noted(pad)) => panic!("nobody came"),
        address = noted.recv() => assert_eq!(port_of(&address.unwrap()), 8065),
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 8065)).expect("free again");
    let again = attempt.with_sso("northwind", |_| Err(Error::NotFound("browser"))).await;
    assert!(matches!(again.unwrap_err(), Error::NotFound(_)), "what opening says is passed on");
    TcpListener::bind((Ipv6Addr::LOCALHOST, 8065)).expect("also without a browser");
}

#[tokio::test]
async fn strangers_and_stray_requests_do_not_end_the_wait() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let address = noted.recv().await.unwrap();
        let base = format!("http://localhost:{}", port_of(&address));
        let strays = [
            "/favicon.ico",
            "/",
            "/?code=stolen&state=guessed",
            "/?error=access_denied&state=guessed",
            "/?code=%3Cscript%3E&state=%3Cscript%3E",
        ];
        for stray in strays {
            let (status, _, page) = Browser::goes(&format!("{base}{stray}")).await;
            assert_eq!(status, 404, "{stray}");
            assert!(
                !page.contains("script") && !page.contains("guessed"),
                "nothing is shown again"
            );
        }
        let (status, headers, page) = Browser::goes(&address).await;
        assert_eq!(status, 200);
        assert!(page.contains("close this window"), "{page}");
        assert!(
            headers.contains("default-src 'none'") && headers.contains("no-store"),
            "{headers}"
        );
    });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_keep_the_browser_out() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let address = noted.recv().await.unwrap();
        let port = port_of(&address);
        let mut idle = Vec::new();
        for _ in 0..10 {
            let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
            idle.push(stream);
        }
        let mut endless = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let flood = vec![b'x'; 64 << 10];
        let _ = endless.write_all(&flood).await;
        let mut answer = Vec::new();
        let _ = endless.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "a head without end is cut off");
        let (status, ..) = Browser::goes(&address).await;
        assert_eq!(status, 200);
    });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
}

#[tokio::test]
async fn what_the_web_vault_appends_to_the_state_is_left_aside() {
    let scene = Scene::open().await;
    scene.sandbox.sign_in_at_provider(Some(&scene.person("sso").email));
    let (pad, mut noted) = Browser::notes();
    let mut attempt = scene.attempt("");
    let (step, ()) = tokio::join!(attempt.with_sso("northwind", Browser::noted(pad)), async {
        let authorize = Browser::led(&noted.recv().await.unwrap()).await;
        let back = Browser::led(&authorize).await;
        let (status, ..) = Browser::goes(&format!("{back}_identifier=northwind")).await;
        assert_eq!(status, 200);
    });
    assert!(matches!(asked(step), SignInStep::Password { .. }));
}

#[tokio::test]
async fn a_browser_that_never_comes_back_is_given_up_after_ten_minutes() {
    let scene = Scene::open().await;
    let mut attempt = scene.attempt("");
    // From here on the clock jumps whenever nothing else is left to do.
    let freeze = |_: &str| {
        tokio::time::pause();
        Ok(())
    };
    let before = tokio::time::Instant::now();
    let error = attempt.with_sso("northwind", freeze).await.unwrap_err();
    assert!(before.elapsed() >= Duration::from_mins(10));
    assert!(error.to_string().contains("begin again"), "{error}");
    TcpListener::bind((Ipv4Addr::LOCALHOST, 8065)).expect("the port is free again");
}
