//! The cloud's limits of requests per address (`src/Api/appsettings.json`, `src/Identity/appsettings.json`).
//! Off until switched on, as on self-hosted servers.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::Sandbox;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

/// The counters of one address: everybody here is 127.0.0.1.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    on: bool,
    /// Time that tests let pass.
    ahead: Duration,
    /// Since when, and how many.
    counters: HashMap<(&'static str, Duration), (Instant, u32)>,
}

impl Rates {
    /// Counts a request; the seconds to wait when it is one too many. Windows begin with their first request,
    /// as in `AspNetCoreRateLimit`. The total of all paths is counted: deployments may do that, and the edge does.
    pub(crate) fn count(&mut self, method: &str, path: &str) -> Option<u64> {
        if !self.on {
            return None;
        }
        let now = Instant::now() + self.ahead;
        let mut wait = None;
        for (scope, period, most) in limits(method, path) {
            let counter = self.counters.entry((scope, period)).or_insert((now, 0));
            if now.duration_since(counter.0) >= period {
                *counter = (now, 0);
            }
            counter.1 += 1;
            if counter.1 > most {
                let left = period.saturating_sub(now.duration_since(counter.0));
                wait = wait.max(Some(left.as_secs() + 1));
            }
        }
        wait
    }

    pub(crate) fn switch(&mut self, on: bool) {
        *self = Self { on, ..Self::default() };
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.ahead += time;
    }
}

fn limits(method: &str, path: &str) -> Vec<(&'static str, Duration, u32)> {
    if path.starts_with("/identity/") {
        let mut all = vec![("identity", SECOND, 5), ("identity", MINUTE, 60)];
        if method == "POST" && path == "/identity/connect/token" {
            all.push(("token", MINUTE, 10));
        }
        return all;
    }
    match method {
        "GET" => vec![("GET", MINUTE, 200)],
        "POST" => vec![("POST", SECOND, 5), ("POST", MINUTE, 60)],
        "PUT" => vec![("PUT", SECOND, 5), ("PUT", MINUTE, 60)],
        "DELETE" => vec![("DELETE", SECOND, 5), ("DELETE", MINUTE, 60)],
        _ => Vec::new(),
    }
}

impl Sandbox {
    /// From now on the cloud's limits hold; counting begins anew.
    pub fn limit_requests(&self, on: bool) {
        self.shared.rates().switch(on);
    }

    /// The limits' clock goes on by that much.
    pub fn let_pass(&self, time: Duration) {
        self.shared.rates().pass(time);
    }
}
