//! A proxy as company networks have them: tunnels by CONNECT (RFC 9110, section 9.3.6) or SOCKS 5 (RFC 1928,
//! 1929) on one port, may ask who one is, and notes what it was asked for.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64ct::{Base64, Encoding as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running proxy; dropping it closes its port.
pub struct WebProxy {
    port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// User and password it asks for.
    asks_for: Option<(String, String)>,
    /// Names it knows; it leads nowhere else.
    names: HashMap<String, SocketAddr>,
    seen: Vec<Tunnel>,
}

/// What the proxy was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunnel {
    /// `CONNECT`, `SOCKS`, or the method of a request that wanted to be forwarded.
    pub method: String,
    /// Host and port.
    pub target: String,
    /// Who asked, as far as they said.
    pub user: Option<String>,
    /// 200 when the tunnel was opened, 407, 502, or 405 for anything but a tunnel.
    pub status: u16,
}

impl WebProxy {
    /// Starts on loopback, lets everybody through, and knows no name yet.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let state = Arc::<Mutex<State>>::default();
        let task = tokio::spawn(listen(listener, Arc::clone(&state)));
        Ok(Self { port, state, task })
    }

    /// `127.0.0.1:PORT`, for a scheme in front.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// From now on only for this user.
    pub fn ask_for(&self, user: &str, password: &str) {
        lock(&self.state).asks_for = Some((user.to_owned(), password.to_owned()));
    }

    /// Where this host really is, whatever the port.
    pub fn lead(&self, host: &str, to: SocketAddr) {
        lock(&self.state).names.insert(host.to_owned(), to);
    }

    /// Everything it was asked for, in order.
    #[must_use]
    pub fn tunnels(&self) -> Vec<Tunnel> {
        lock(&self.state).seen.clone()
    }
}

impl Drop for WebProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((client, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        // What a client does to its own connection is the client's affair.
        tokio::spawn(async move { serve(client, &state).await.ok() });
    }
}

async fn serve(mut client: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut first = [0];
    client.peek(&mut first).await?;
    let server = match first {
        [5] => socks(&mut client, state).await?,
        _ => connect(&mut client, state).await?,
    };
    let Some(mut server) = server else { return Ok(()) };
    tokio::io::copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Decides about a request and notes it: the way on, or the status it is refused with.
async fn decide(
    state: &Mutex<State>,
    method: &str,
    target: &str,
    shown: Option<(String, String)>,
) -> Result<TcpStream, u16> {
    let (asks_for, place) = {
        let state = lock(state);
        let host = target.rsplit_once(':').map_or(target, |(host, _)| host);
        (state.asks_for.clone(), state.names.get(host).copied())
    };
    let answer = if asks_for.is_some() && asks_for != shown {
        Err(407)
    } else if matches!(method, "CONNECT" | "SOCKS") {
        match place {
            Some(place) => TcpStream::connect(place).await.map_err(|_| 502),
            None => Err(502),
        }
    } else {
        Err(405)
    };
    lock(state).seen.push(Tunnel {
        method: method.to_owned(),
        target: target.to_owned(),
        user: shown.map(|(user, _)| user),
        status: answer.as_ref().err().copied().unwrap_or(200),
    });
    answer
}

async fn connect(client: &mut TcpStream, state: &Mutex<State>) -> io::Result<Option<TcpStream>> {
    const LONGEST_HEAD: usize = 16 << 10;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let shown = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("proxy-authorization").then(|| basic(value.trim()))?
    });
    let answer = decide(state, method, target, shown).await;
    let line = match &answer {
        Ok(_) => "200 Connection established\r\n",
        Err(407) => {
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"acme\"\r\nContent-Length: 0\r\n"
        }
        Err(405) => "405 Method Not Allowed\r\nContent-Length: 0\r\n",
        Err(_) => "502 Bad Gateway\r\nContent-Length: 0\r\n",
    };
    client.write_all(format!("HTTP/1.1 {line}\r\n").as_bytes()).await?;
    Ok(answer.ok())
}

/// `Basic` and user and password in base64 (RFC 7617).
fn basic(value: &str) -> Option<(String, String)> {
    let bytes = Base64::decode_vec(value.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

async fn socks(client: &mut TcpStream, state: &Mutex<State>) -> io::Result<Option<TcpStream>> {
    let (none, by_password, no_method) = (0_u8, 2, 0xFF);
    client.read_u8().await?;
    let offered = piece(client).await?;
    let asks = lock(state).asks_for.is_some();
    let method = if asks { by_password } else { none };
    if !offered.contains(&method) {
        client.write_all(&[5, no_method]).await?;
        let _ = decide(state, "SOCKS", "", None).await;
        return Ok(None);
    }
    client.write_all(&[5, method]).await?;
    let mut shown = None;
    if asks {
        client.read_u8().await?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let user = text(piece(client).await?);
        shown = Some((user, text(piece(client).await?)));
        let right = shown == lock(state).asks_for;
        client.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            let _ = decide(state, "SOCKS", "", shown).await;
            return Ok(None);
        }
    }
    let target = socks_target(client).await?;
    let answer = decide(state, "SOCKS", &target, shown).await;
    // 5: connection refused.
    let told = if answer.is_ok() { 0 } else { 5 };
    client.write_all(&[5, told, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(answer.ok())
}

/// A length and that many bytes.
async fn piece(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn socks_target(client: &mut TcpStream) -> io::Result<String> {
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let host = match head[3] {
        3 => String::from_utf8_lossy(&piece(client).await?).into_owned(),
        1 => Ipv4Addr::from_bits(client.read_u32().await?).to_string(),
        _ => return Err(io::ErrorKind::Unsupported.into()),
    };
    Ok(format!("{host}:{}", client.read_u16().await?))
}
