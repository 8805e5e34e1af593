//! The listener: loopback only, plain or TLS on the same port, and able to drop a connection the hard way.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use axum::Router;
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

/// One connection, reachable from the requests on it.
pub(crate) struct Line {
    /// Whether TLS is spoken on it.
    pub(crate) secure: bool,
    broken: AtomicBool,
    wake: Notify,
}

impl Line {
    /// Resets the connection; the caller is dropped with it and never comes back from here.
    pub(crate) async fn break_off(&self) -> Infallible {
        self.broken.store(true, Ordering::SeqCst);
        self.wake.notify_one();
        std::future::pending().await
    }
}

/// A stream that says goodbye with RST instead of FIN when its line is broken.
struct Wire {
    stream: TcpStream,
    line: Arc<Line>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.broken.load(Ordering::SeqCst) {
            // Without lingering, closing discards what was not sent and resets (socket(7), SO_LINGER).
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// An open port; dropping it closes it and everything on it.
pub(crate) struct Listening {
    pub(crate) port: u16,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Listening {
    pub(crate) async fn open(port: u16, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, router, stopped));
        Ok(Self { port, stop: Some(stop), task })
    }

    /// Returns when nobody can connect any more and every connection is gone.
    pub(crate) async fn close(mut self) {
        drop(self.stop.take());
        let _ = (&mut self.task).await;
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, router.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

/// The first byte of every TLS connection: a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

async fn serve(stream: TcpStream, router: Router) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let secure = matches!(stream.peek(&mut first).await, Ok(1)) && first == [HANDSHAKE];
    let line = Arc::new(Line { secure, broken: AtomicBool::new(false), wake: Notify::new() });
    let wire = Wire { stream, line: line.clone() };
    if secure {
        // A client that does not trust the certificate hangs up; that is its affair.
        if let Ok(stream) = ACCEPTOR.accept(wire).await {
            converse(stream, line, router).await;
        }
    } else {
        converse(wire, line, router).await;
    }
}

async fn converse<S>(stream: S, line: Arc<Line>, router: Router)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let inner = TowerToHyperService::new(router);
    let for_requests = line.clone();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(for_requests.clone());
        inner.call(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::select! {
        // What a client does to its own connection is the client's affair.
        _ = connection => {}
        () = line.wake.notified() => {}
    }
}

static ACCEPTOR: LazyLock<TlsAcceptor> = LazyLock::new(|| {
    let certificate = CertificateDer::from(include_bytes!("../keys/server.der").as_slice());
    let key = PrivatePkcs8KeyDer::from(include_bytes!("../keys/server-key.der").as_slice());
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the default suites")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::from(key))
        .expect("the checked-in certificate and key belong together");
    TlsAcceptor::from(Arc::new(config))
});
