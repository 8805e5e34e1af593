//! Stands before the sandbox, and on demand answers in its place: the time a fake server takes to make up ten
//! thousand clients is not what is measured.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Answers to questions, by path: head and body as they came.
type Kept = Arc<Mutex<HashMap<String, Arc<Vec<u8>>>>>;

pub(crate) struct Replay {
    pub(crate) url: String,
    kept: Kept,
}

impl Replay {
    /// Passes everything on at first; a question that was asked once is answered from memory from then on.
    pub(crate) async fn before(url: &str) -> Self {
        let behind: SocketAddr =
            url.strip_prefix("http://").and_then(|rest| rest.parse().ok()).expect("plain http");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let kept = Kept::default();
        let own = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let kept = Arc::clone(&own);
                tokio::spawn(async move { serve(client, behind, &kept).await.ok() });
            }
        });
        Self { url, kept }
    }

    /// The body of the answer to the question whose path ends like this.
    pub(crate) fn body(&self, path: &str) -> Vec<u8> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(asked, _)| asked.ends_with(path));
        let answer = found.expect("it was asked before").1;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        answer.get(end + 4..).unwrap_or_default().to_vec()
    }
}

async fn serve(client: TcpStream, behind: SocketAddr, kept: &Kept) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let (mut head, mut length) = (Vec::<String>::new(), 0);
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line);
    }
    let first = head.first().cloned().unwrap_or_default();
    let question = first.strip_prefix("GET ").and_then(|rest| rest.split(' ').next());
    let path = question.map(str::to_owned);
    let known = path
        .as_ref()
        .and_then(|path| kept.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned());
    if let Some(answer) = known {
        client.get_mut().write_all(&answer).await?;
        return client.get_mut().shutdown().await;
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body).await?;
    let mut server = TcpStream::connect(behind).await?;
    server.write_all(head.concat().as_bytes()).await?;
    server.write_all(b"connection: close\r\n\r\n").await?;
    server.write_all(&body).await?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await?;
    client.get_mut().write_all(&answer).await?;
    if let Some(path) = path {
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert(path, Arc::new(answer));
    }
    client.get_mut().shutdown().await
}
