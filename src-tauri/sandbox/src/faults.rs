//! What goes wrong on purpose, and the list of everything asked.

use serde::{Deserialize, Serialize};

use crate::{Fault, SeenRequest};

/// A fault waiting for its requests.
struct Planned {
    method: String,
    path: String,
    fault: Fault,
    left: usize,
}

/// Faults planned, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<Planned>);

impl Faults {
    pub(crate) fn plan(&mut self, method: &str, path: &str, fault: Fault, times: usize) {
        let (method, path) = (method.to_uppercase(), path.to_owned());
        self.0.push(Planned { method, path, fault, left: times });
    }

    /// The first planned fault this request meets; it counts down.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let planned = self.0.iter_mut().find(|planned| {
            planned.left > 0
                && (planned.method == method || planned.method == "*")
                && matches_path(&planned.path, path)
        })?;
        planned.left -= 1;
        let fault = planned.fault.clone();
        self.0.retain(|planned| planned.left > 0);
        Some(fault)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// `*` stands for one segment, `**` at the end for the rest.
fn matches_path(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.split('/');
    let mut path = path.split('/');
    loop {
        match (pattern.next(), path.next()) {
            (None, None) | (Some("**"), _) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return false,
        }
    }
}

/// A fault as `POST /sandbox/faults` spells it: `{"kind":"delay","ms":200}`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub(crate) enum FaultText {
    Delay { ms: u64 },
    SlowDown { seconds: u64 },
    Status { status: u16 },
    CutBody,
    Reset,
    AnswerLost,
    TokenExpired,
}

impl From<FaultText> for Fault {
    fn from(text: FaultText) -> Self {
        match text {
            FaultText::Delay { ms } => Self::Delay(std::time::Duration::from_millis(ms)),
            FaultText::SlowDown { seconds } => Self::SlowDown(seconds),
            FaultText::Status { status } => Self::Status(status),
            FaultText::CutBody => Self::CutBody,
            FaultText::Reset => Self::Reset,
            FaultText::AnswerLost => Self::AnswerLost,
            FaultText::TokenExpired => Self::TokenExpired,
        }
    }
}

/// Requests in the order they came.
#[derive(Default)]
pub(crate) struct RequestLog {
    seen: Vec<(u64, SeenRequest)>,
    unknown: Vec<u64>,
    next: u64,
}

impl RequestLog {
    /// Notes a request before it is answered; the number is for [`RequestLog::answered`].
    pub(crate) fn came(&mut self, method: &str, path: &str, query: &str) -> u64 {
        let number = self.next;
        self.next += 1;
        let request = SeenRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            status: 0,
        };
        self.seen.push((number, request));
        number
    }

    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        let found = self.seen.iter_mut().rev().find(|(other, _)| *other == number);
        if let Some((_, request)) = found {
            request.status = status;
        }
    }

    pub(crate) fn nobody_knows(&mut self, number: u64) {
        self.unknown.push(number);
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        self.seen.iter().map(|(_, request)| request.clone()).collect()
    }

    pub(crate) fn unknown(&self) -> Vec<SeenRequest> {
        let unknown = self.seen.iter().filter(|(number, _)| self.unknown.contains(number));
        unknown.map(|(_, request)| request.clone()).collect()
    }

    pub(crate) fn forget(&mut self) {
        self.seen.clear();
        self.unknown.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Faults, matches_path};
    use crate::Fault;

    #[test]
    fn a_star_stands_for_exactly_one_segment() {
        assert!(matches_path(
            "/api/organizations/*/collections",
            "/api/organizations/x/collections"
        ));
        assert!(!matches_path("/api/organizations/*", "/api/organizations/x/collections"));
        assert!(!matches_path(
            "/api/organizations/*/collections",
            "/api/organizations/collections"
        ));
        assert!(matches_path("/api/**", "/api/organizations/x/collections"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_planned_and_only_where() {
        let mut faults = Faults::default();
        faults.plan("get", "/api/sync", Fault::Status(503), 2);
        assert!(faults.take("POST", "/api/sync").is_none(), "another method");
        assert!(faults.take("GET", "/api/config").is_none(), "another path");
        assert!(faults.take("GET", "/api/sync").is_some());
        assert!(faults.take("GET", "/api/sync").is_some());
        assert!(faults.take("GET", "/api/sync").is_none(), "two times were planned");
    }
}
