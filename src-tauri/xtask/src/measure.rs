//! Puts itself in front of one command and reports what that command cost.
//!
//! Each measured command gets a process of its own, because the operating system only tells the sum and
//! the peak over all children a process has waited for.

use std::process::ExitCode;

/// What a command cost, as one line of JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Cost {
    /// User and system CPU.
    pub(crate) cpu_seconds: f64,
    /// Largest resident set.
    pub(crate) peak_bytes: u64,
    /// From start to end.
    pub(crate) wall_seconds: f64,
}

impl Cost {
    /// Two commands one after the other.
    pub(crate) fn then(self, other: Self) -> Self {
        Self {
            cpu_seconds: self.cpu_seconds + other.cpu_seconds,
            peak_bytes: self.peak_bytes.max(other.peak_bytes),
            wall_seconds: self.wall_seconds + other.wall_seconds,
        }
    }

    fn write(self) -> String {
        serde_json::json!({
            "cpuSeconds": self.cpu_seconds,
            "peakBytes": self.peak_bytes,
            "wallSeconds": self.wall_seconds,
        })
        .to_string()
    }

    /// Reads what [`run`] wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let line = text.lines().last()?;
        let json: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(Self {
            cpu_seconds: json.get("cpuSeconds")?.as_f64()?,
            peak_bytes: json.get("peakBytes")?.as_u64()?,
            wall_seconds: json.get("wallSeconds")?.as_f64()?,
        })
    }
}

/// `measure REPORT COMMAND…`: runs the command, writes its cost to the file REPORT, ends as it ended.
#[cfg(unix)]
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let Some((report, [program, rest @ ..])) = arguments.split_first() else {
        eprintln!("measure REPORT COMMAND…");
        return ExitCode::from(2);
    };
    let started = std::time::Instant::now();
    let status = match std::process::Command::new(program).args(rest).status() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("starting {program}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let cost = children(started.elapsed().as_secs_f64());
    if let Err(error) = std::fs::write(report, cost.write()) {
        eprintln!("writing the report: {error}");
        return ExitCode::FAILURE;
    }
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Windows has no such sum; the promises are measured on Linux and macOS.
#[cfg(not(unix))]
pub(crate) fn run(_: &[String]) -> ExitCode {
    eprintln!("measuring works on Linux and macOS");
    ExitCode::FAILURE
}

#[cfg(unix)]
fn children(wall_seconds: f64) -> Cost {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("asking for our own children works");
    let seconds = |time: TimeVal| {
        std::time::Duration::new(
            u64::try_from(time.tv_sec()).unwrap_or_default(),
            u32::try_from(time.tv_usec()).unwrap_or_default() * 1_000,
        )
        .as_secs_f64()
    };
    // Kibibytes on Linux, bytes on macOS (getrusage(2) of each).
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Cost {
        cpu_seconds: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak_bytes: u64::try_from(usage.max_rss()).unwrap_or_default() * unit,
        wall_seconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_survives_being_written_down() {
        let cost = Cost { cpu_seconds: 1.5, peak_bytes: 4096, wall_seconds: 2.0 };
        assert_eq!(Cost::read(&cost.write()), Some(cost));
    }

    #[test]
    fn commands_in_a_row_add_their_time_and_keep_the_higher_peak() {
        let one = Cost { cpu_seconds: 1.0, peak_bytes: 10, wall_seconds: 1.0 };
        let two = Cost { cpu_seconds: 2.0, peak_bytes: 5, wall_seconds: 3.0 };
        let both = Cost { cpu_seconds: 3.0, peak_bytes: 10, wall_seconds: 4.0 };
        assert_eq!(one.then(two), both);
    }
}
