//! The printed answer: ours beside the other, the ratio, the promise.

use std::fmt::Write;

/// One promise, measured.
pub(super) struct Row {
    pub(super) what: String,
    /// The peer or the floor.
    pub(super) other: Amount,
    pub(super) ours: Amount,
    /// Ours divided by the other may be at most this.
    pub(super) at_most: f64,
}

/// A measured amount.
#[derive(Clone, Copy)]
pub(super) enum Amount {
    Seconds(f64),
    Bytes(u64),
}

impl Amount {
    #[allow(clippy::cast_precision_loss)] // memory sizes are far below 2^52 bytes
    fn number(self) -> f64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Bytes(bytes) => bytes as f64,
        }
    }

    fn text(self) -> String {
        match self {
            Self::Seconds(seconds) => format!("{seconds:.3} s"),
            Self::Bytes(_) => format!("{:.1} MiB", self.number() / 1_048_576.0),
        }
    }
}

impl Row {
    fn ratio(&self) -> f64 {
        self.ours.number() / self.other.number()
    }

    /// A ratio that is no number (nothing was measured) keeps no promise.
    pub(super) fn is_kept(&self) -> bool {
        self.ratio() <= self.at_most
    }
}

/// A table that is readable in a terminal and is Markdown at the same time.
pub(super) fn draw(rows: &[Row]) -> String {
    let mut text = String::from("| what | other | Wardroom | ratio | promise | |\n");
    text.push_str("|---|---:|---:|---:|---:|---|\n");
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | at most {} | {} |",
            row.what,
            row.other.text(),
            row.ours.text(),
            times(row.ratio()),
            times(row.at_most),
            if row.is_kept() { "kept" } else { "BROKEN" },
        );
    }
    text
}

/// Below one as a fraction, as the promises are worded; otherwise as a factor.
fn times(ratio: f64) -> String {
    if ratio < 0.5 { format!("1/{:.1}", 1.0 / ratio) } else { format!("{ratio:.2}×") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(other: f64, ours: f64, at_most: f64) -> Row {
        let (other, ours) = (Amount::Seconds(other), Amount::Seconds(ours));
        Row { what: "it".to_owned(), other, ours, at_most }
    }

    #[test]
    fn a_promise_is_kept_up_to_its_bound_and_never_by_measuring_nothing() {
        assert!(row(20.0, 1.0, 0.05).is_kept());
        assert!(!row(20.0, 1.1, 0.05).is_kept());
        assert!(!row(0.0, 0.0, 0.05).is_kept(), "zero by zero is no measurement");
    }

    #[test]
    fn ratios_are_worded_like_the_promises() {
        let text = draw(&[row(40.0, 1.0, 0.05), row(1.0, 2.5, 2.0)]);
        assert!(text.contains("| 1/40.0 | at most 1/20.0 | kept |"), "{text}");
        assert!(text.contains("| 2.50× | at most 2.00× | BROKEN |"), "{text}");
    }
}
