//! The wire between the upload and the server: passes everything on, counts it, and kills the upload when
//! its moment has come.

use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// When the upload dies. `deliver`: what it had handed to its kernel still reaches the server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// After so many bytes, whichever way they went.
    Bytes { count: u64, deliver: bool },
    /// When the server has done its work and the upload does not know it yet.
    BeforeAnswer { number: u64, deliver: bool },
    /// When the answer has come, and the upload has hardly had time to write it down.
    AfterAnswer { number: u64, deliver: bool },
}

impl Moment {
    fn delivers(self) -> bool {
        match self {
            Self::Bytes { deliver, .. }
            | Self::BeforeAnswer { deliver, .. }
            | Self::AfterAnswer { deliver, .. } => deliver,
        }
    }
}

#[derive(Default)]
struct Trap {
    child: Option<Child>,
    moment: Option<Moment>,
    bytes: u64,
    answers: u64,
    /// The last bytes went to the server: the next ones from it begin an answer.
    asked: bool,
    sprung: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    FromServer,
}

/// What to do with bytes that came.
enum Verdict {
    /// Pass this many on; then, if the trap has sprung, the rest as it says.
    Pass(usize),
    Drop,
}

impl Trap {
    fn judge(&mut self, way: Way, length: usize) -> Verdict {
        if self.sprung {
            let delivered = self.moment.is_some_and(Moment::delivers);
            let pass = delivered && way == Way::ToServer;
            return if pass { Verdict::Pass(length) } else { Verdict::Drop };
        }
        let answers =
            way == Way::FromServer && std::mem::replace(&mut self.asked, way == Way::ToServer);
        self.asked = way == Way::ToServer;
        self.answers += u64::from(answers);
        let before = self.bytes;
        self.bytes += length as u64;
        match self.moment {
            Some(Moment::Bytes { count, .. }) if self.bytes > count => {
                self.spring();
                Verdict::Pass(usize::try_from(count - before).unwrap())
            }
            Some(Moment::BeforeAnswer { number, .. }) if answers && self.answers == number => {
                self.spring();
                Verdict::Drop
            }
            _ => Verdict::Pass(length),
        }
    }

    fn passed(&mut self, way: Way) {
        if let Some(Moment::AfterAnswer { number, .. }) = self.moment
            && way == Way::FromServer
            && self.answers == number
            && !self.sprung
        {
            self.spring();
        }
    }

    fn spring(&mut self) {
        self.sprung = true;
        if let Some(child) = &mut self.child {
            child.kill().unwrap();
        }
    }
}

pub(crate) struct Wire {
    port: u16,
    trap: Arc<Mutex<Trap>>,
    /// Connections of the child that are open now.
    open: watch::Sender<usize>,
}

impl Wire {
    pub(crate) async fn to(url: &str) -> Self {
        let server = url.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let trap = Arc::new(Mutex::new(Trap::default()));
        let open = watch::Sender::new(0);
        let (at, counter) = (trap.clone(), open.clone());
        tokio::spawn(async move {
            loop {
                let (from, _) = listener.accept().await.unwrap();
                let to = TcpStream::connect(&server).await.unwrap();
                let trap = at.clone();
                // The parent keeps connections of its own open.
                let counts = trap.lock().unwrap().child.is_some();
                counter.send_modify(|open| *open += usize::from(counts));
                let counter = counter.clone();
                tokio::spawn(async move {
                    join(from, to, &trap).await;
                    counter.send_modify(|open| *open -= usize::from(counts));
                });
            }
        });
        Self { port, trap, open }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn arm(&self, child: Child, moment: Option<Moment>) {
        *self.trap.lock().unwrap() = Trap { child: Some(child), moment, ..Trap::default() };
    }

    /// Waits until the server has nothing left of this run, so that the next one finds its last word.
    /// Tells how the child ended, and whether it was killed.
    pub(crate) async fn disarm(&self) -> (ExitStatus, bool) {
        let (mut child, sprung) = {
            let mut trap = self.trap.lock().unwrap();
            (trap.child.take().unwrap(), trap.sprung)
        };
        let status = child.wait().unwrap();
        self.open.subscribe().wait_for(|open| *open == 0).await.unwrap();
        *self.trap.lock().unwrap() = Trap::default();
        // Killed after its last word counts as finished.
        (status, sprung && !status.success())
    }
}

/// Both ways at once, each until its end has come and was passed on.
async fn join(from: TcpStream, to: TcpStream, trap: &Mutex<Trap>) {
    from.set_nodelay(true).unwrap();
    to.set_nodelay(true).unwrap();
    let (from_client, to_client) = from.into_split();
    let (from_server, to_server) = to.into_split();
    tokio::join!(
        pump(from_client, to_server, trap, Way::ToServer),
        pump(from_server, to_client, trap, Way::FromServer),
    );
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, trap: &Mutex<Trap>, way: Way) {
    let mut buffer = vec![0; 16 * 1024];
    // A reset is an end like any other here; bytes for somebody who is gone are drained.
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let verdict = trap.lock().unwrap().judge(way, length);
        if let Verdict::Pass(pass) = verdict {
            let _ = to.write_all(&buffer[..pass]).await;
            trap.lock().unwrap().passed(way);
        }
    }
    let _ = to.shutdown().await;
}
