//! Keeper, whichever of its two files: the content tells.

use super::looked::Looked;
use super::output::{Halt, Output};
use super::registry::{Context, Format, Reader, Shape};
use super::source::Input;
use super::{keeper_csv, keeper_json};

pub(super) const FORMAT: Format = Format {
    id: "keeper",
    name: "Keeper (csv or json)",
    extensions: &["csv", "json"],
    needs_password: false,
    rank: 2,
    reader: Reader::Shape(&SHAPE),
    hint: "",
};

static SHAPE: Shape = Shape { fits, read };

/// Never the best guess: each of the two says more.
const ALTERNATIVE: f64 = 0.4;

fn fits(looked: &Looked<'_>) -> f64 {
    let (json, rows) = ((keeper_json::SHAPE.fits)(looked), (keeper_csv::SHAPE.fits)(looked));
    json.max(rows).min(ALTERNATIVE)
}

fn read(
    input: &mut dyn Input,
    context: &Context<'_>,
    out: &mut Output<'_>,
) -> Result<String, Halt> {
    let start = context.sniff.head.trim_start_matches(|c: char| c.is_whitespace());
    let shape = if start.starts_with('{') { &keeper_json::SHAPE } else { &keeper_csv::SHAPE };
    (shape.read)(input, context, out)
}
