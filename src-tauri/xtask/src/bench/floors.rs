//! What core alone costs over the least anybody could spend: `benches/parse.rs`, `benches/staging.rs`,
//! `benches/sync.rs`, `benches/unlock.rs`.

use std::path::Path;

use serde_json::Value;

use super::table::{Amount, Row};
use crate::run::{cargo, read};
use crate::stop::Stop;

/// Runs the programs; each prints a line of JSON with `floorSeconds` and `oursSeconds` per promise.
pub(super) fn measure(file: &Path) -> Result<Vec<Row>, Stop> {
    let mut command = cargo(&["bench", "--package", "wardroom-core"]);
    command
        .args(["--bench", "staging", "--bench", "parse", "--bench", "sync", "--bench", "unlock"])
        .env("WARDROOM_BENCH_FILE", file);
    let rows: Vec<Row> = read(command)?.lines().filter_map(row).collect();
    if rows.len() < 9 {
        return Err(Stop::Wrong("a bench of core printed no measurement".to_owned()));
    }
    Ok(rows)
}

fn row(line: &str) -> Option<Row> {
    let json: Value = serde_json::from_str(line).ok()?;
    let seconds = |key| json.get(key).and_then(Value::as_f64).map(Amount::Seconds);
    Some(Row {
        what: json.get("what")?.as_str()?.to_owned(),
        other: seconds("floorSeconds")?,
        ours: seconds("oursSeconds")?,
        at_most: json.get("atMost")?.as_f64()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_are_measurements_are_read() {
        let line = r#"{"what":"unlock","floorSeconds":0.1,"oursSeconds":0.11,"atMost":1.15}"#;
        assert!(row(line).is_some_and(|row| row.is_kept()));
        assert!(row("Finished `bench` profile").is_none());
    }
}
