//! Cells of a workbook as people see them.

use calamine::{DataRef, ExcelDateTime, Style};

/// What is to be told about a cell besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// A text, or nothing.
    Text,
    /// A number: zeros in front of it are gone, unless its format brings them back.
    Number,
    /// A number of more than 15 digits: the spreadsheet made the rest zeros.
    Rounded,
    /// A day or a time, perhaps not meant as such.
    Date,
    /// A formula that came to no value.
    Error,
}

/// The largest whole number all digits of which a spreadsheet keeps.
const MOST_EXACT: f64 = 1e15;

/// How a number is shown, as far as digits are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// As it is.
    Plain,
    /// At least so many digits, as `00000` has it.
    Zeros(usize),
    /// So many digits after the point.
    Decimals(usize),
    /// A hundred times as much, with so many digits after the point.
    Percent(usize),
}

impl Shape {
    /// Of a number format's code (ECMA-376, part 1, section 18.8.31).
    pub(super) fn of(style: &Style) -> Self {
        style
            .number_format
            .as_ref()
            .map_or(Self::Plain, |format| Self::of_code(&format.format_code))
    }

    fn of_code(code: &str) -> Self {
        let code = code.split(';').next().unwrap_or(code).trim();
        let (code, percent) = match code.strip_suffix('%') {
            Some(code) => (code, true),
            None => (code, false),
        };
        let zeros = |digits: &str| {
            (!digits.is_empty() && digits.len() <= 30 && digits.bytes().all(|b| b == b'0'))
                .then_some(digits.len())
        };
        match (code.split_once('.'), percent) {
            (Some((_, decimals)), percent) => match zeros(decimals) {
                Some(count) if percent => Self::Percent(count),
                Some(count) => Self::Decimals(count),
                None => Self::Plain,
            },
            (None, true) => Self::Percent(0),
            (None, false) => zeros(code).map_or(Self::Plain, Self::Zeros),
        }
    }
}

/// The text of a cell, and what is to be told about it.
pub(super) fn shown(value: &DataRef<'_>, shape: Shape) -> (String, Mark) {
    match value {
        DataRef::Empty => (String::new(), Mark::Text),
        DataRef::String(text) => (text.clone(), Mark::Text),
        DataRef::SharedString(text) => ((*text).to_owned(), Mark::Text),
        DataRef::Bool(value) => (if *value { "TRUE" } else { "FALSE" }.to_owned(), Mark::Text),
        #[allow(clippy::cast_precision_loss, reason = "beyond 15 digits it is marked as rounded")]
        DataRef::Int(number) => number_shown(*number as f64, shape),
        DataRef::Float(number) => number_shown(*number, shape),
        DataRef::DateTime(moment) => (moment_shown(moment), Mark::Date),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (text.trim_end_matches("T00:00:00").replace('T', " "), Mark::Date)
        }
        DataRef::Error(error) => (error.to_string(), Mark::Error),
    }
}

fn number_shown(number: f64, shape: Shape) -> (String, Mark) {
    let mark = if number.abs() >= MOST_EXACT { Mark::Rounded } else { Mark::Number };
    let text = match shape {
        Shape::Plain => plain(number),
        Shape::Zeros(digits) if number >= 0.0 => {
            return (format!("{number:0digits$.0}"), Mark::Text);
        }
        Shape::Zeros(_) => format!("{number:.0}"),
        Shape::Decimals(digits) => format!("{number:.digits$}"),
        Shape::Percent(digits) => format!("{:.digits$}%", number * 100.0),
    };
    (text, mark)
}

/// With the 15 digits a spreadsheet shows at most, so that 0.1 + 0.2 is 0.3.
fn plain(number: f64) -> String {
    if number.abs() >= MOST_EXACT {
        return long(number);
    }
    if number.fract().abs() < f64::MIN_POSITIVE {
        return format!("{number:.0}");
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// Fifteen digits and zeros, as the spreadsheet shows it.
fn long(number: f64) -> String {
    let scientific = format!("{number:.14e}");
    let Some((digits, power)) = scientific.split_once('e') else { return scientific };
    let Some(power) = power.parse::<usize>().ok().filter(|power| *power <= 30) else {
        return scientific;
    };
    let digits: String = digits.chars().filter(|c| *c != '.').collect();
    let sign = usize::from(digits.starts_with('-'));
    format!("{digits:0<width$}", width = power + 1 + sign)
}

/// ISO days and times: the cell's own format depends on the language of the machine that shows it.
fn moment_shown(moment: &ExcelDateTime) -> String {
    let serial = moment.as_f64();
    if !serial.is_finite() {
        return String::new();
    }
    if moment.is_duration() {
        return hours(serial);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    if (0.0..1.0).contains(&serial) {
        time
    } else if serial.fract().abs() < f64::MIN_POSITIVE {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

/// `[h]:mm:ss`
fn hours(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round().min(1e15);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1e15"
    )]
    let seconds = seconds as u64;
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    fn number(number: f64, code: &str) -> String {
        shown(&DataRef::Float(number), Shape::of_code(code)).0
    }

    #[test]
    fn numbers_look_as_their_format_shows_them() {
        assert_eq!(number(490_123_456_789.0, "General"), "490123456789", "not 4.9E+11");
        assert_eq!(number(12_345_678_901_234_567_890.0, "General"), "12345678901234600000");
        assert_eq!(number(-1e15, "General"), "-1000000000000000");
        assert_eq!(number(42.0, "00000"), "00042");
        assert_eq!(number(0.1 + 0.2, "General"), "0.3");
        assert_eq!(number(0.5, "0%"), "50%");
        assert_eq!(number(2.0, "0.00"), "2.00");
        assert_eq!(number(-7.0, "000;-000"), "-7");
        assert_eq!(number(1234.0, "#,##0 €"), "1234");
    }

    #[test]
    fn numbers_a_spreadsheet_has_spoilt_are_marked() {
        let mark = |number, code| shown(&DataRef::Float(number), Shape::of_code(code)).1;
        assert_eq!(mark(4_111_111_111_111_110.0, "General"), Mark::Rounded);
        assert_eq!(mark(42.0, "General"), Mark::Number);
        assert_eq!(mark(42.0, "0000"), Mark::Text, "its zeros are there");
    }

    #[test]
    fn days_and_times_are_iso_wherever_the_machine_stands() {
        let moment = |serial, kind| moment_shown(&ExcelDateTime::new(serial, kind, false));
        assert_eq!(moment(45_292.0, DateTime), "2024-01-01");
        assert_eq!(moment(45_292.75, DateTime), "2024-01-01 18:00");
        assert_eq!(moment(0.5, DateTime), "12:00");
        assert_eq!(moment(1.5, TimeDelta), "36:00:00");
        assert_eq!(moment(f64::NAN, DateTime), "");
    }
}
