//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::faults::{Faults, RequestLog};
use crate::live::Live;
use crate::rate::Rates;
use crate::requests::Requests;
use crate::signin::Hurdles;
use crate::sso::SignOn;
use crate::tokens::Tokens;
use crate::twostep::Book;
use crate::world::World;

/// A handle on the running server's state.
#[derive(Clone)]
pub(crate) struct Shared(Arc<State>);

struct State {
    world: Mutex<World>,
    tokens: Mutex<Tokens>,
    faults: Mutex<Faults>,
    log: Mutex<RequestLog>,
    hurdles: Mutex<Hurdles>,
    two_step: Mutex<Book>,
    hosting: Mutex<Hosting>,
    sign_on: Mutex<SignOn>,
    live: Mutex<Live>,
    requests: Mutex<Requests>,
    rates: Mutex<Rates>,
    range_questions: Mutex<Vec<crate::RangeQuestion>>,
}

/// How the server is set up.
#[derive(Debug, Clone)]
pub(crate) struct Hosting {
    pub(crate) port: u16,
    /// Self-hosted servers have no count limits on imports.
    pub(crate) cloud: bool,
    pub(crate) proxy: Option<crate::Proxy>,
    /// Kestrel's own, unless a deployment changes it.
    pub(crate) body_limit: usize,
    /// Speaks Vaultwarden's dialect.
    pub(crate) vaultwarden: bool,
    /// The flag `pm-32009-new-item-types`.
    pub(crate) new_item_types: bool,
}

impl Default for Hosting {
    fn default() -> Self {
        Self {
            port: 0,
            cloud: true,
            proxy: None,
            body_limit: 30_000_000,
            vaultwarden: false,
            new_item_types: false,
        }
    }
}

/// A lock outlives a panic in a request: the next one should see the state, not another panic.
fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        let book = Book::new(world.dice);
        Self(Arc::new(State {
            world: Mutex::new(world),
            tokens: Mutex::default(),
            faults: Mutex::default(),
            log: Mutex::default(),
            hurdles: Mutex::default(),
            two_step: Mutex::new(book),
            hosting: Mutex::default(),
            sign_on: Mutex::default(),
            live: Mutex::default(),
            requests: Mutex::default(),
            rates: Mutex::default(),
            range_questions: Mutex::default(),
        }))
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        open(&self.0.world)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        open(&self.0.tokens)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        open(&self.0.faults)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        open(&self.0.log)
    }

    pub(crate) fn hurdles(&self) -> MutexGuard<'_, Hurdles> {
        open(&self.0.hurdles)
    }

    /// Taken after [`Shared::world`] where both are needed.
    pub(crate) fn two_step(&self) -> MutexGuard<'_, Book> {
        open(&self.0.two_step)
    }

    pub(crate) fn sign_on(&self) -> MutexGuard<'_, SignOn> {
        open(&self.0.sign_on)
    }

    pub(crate) fn hosting(&self) -> MutexGuard<'_, Hosting> {
        open(&self.0.hosting)
    }

    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        open(&self.0.live)
    }

    pub(crate) fn rates(&self) -> MutexGuard<'_, Rates> {
        open(&self.0.rates)
    }

    pub(crate) fn range_questions(&self) -> MutexGuard<'_, Vec<crate::RangeQuestion>> {
        open(&self.0.range_questions)
    }

    /// Taken after [`Shared::world`] where both are needed.
    pub(crate) fn requests(&self) -> MutexGuard<'_, Requests> {
        open(&self.0.requests)
    }
}
