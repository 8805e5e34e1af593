//! Is anybody there? Needs no account.

use std::time::Duration;

use super::link::{Call, Link};

impl Link {
    /// Asks the one question that needs no token (`src/Api/Controllers/ConfigController.cs`). Any status is
    /// an answer; silence longer than `wait` is none.
    pub async fn reach(&self, wait: Duration) -> bool {
        let call = Call::get(format!("{}/config", self.endpoints.api)).patient(wait);
        self.send(&call, None).await.is_ok()
    }
}
