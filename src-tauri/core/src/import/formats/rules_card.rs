//! What several formats know about payment cards (import-formats.md, section 3).

use jiff::{Timestamp, tz::TimeZone};

/// Month and year of `M/YY`, `MM/YY`, `M/YYYY` or `MM/YYYY`, white space left out: the month without a leading
/// zero, the year with four digits, of this century when it has two.
pub(super) fn expiry(value: &str) -> Option<(String, String)> {
    let plain: String = value.chars().filter(|c| !c.is_whitespace() && *c != '\u{FEFF}').collect();
    let (month, year) = plain.split_once('/')?;
    if ![month, year].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let month = month.strip_prefix('0').unwrap_or(month);
    let known = matches!(month.as_bytes(), [b'1'..=b'9'] | [b'1', b'0'..=b'2']);
    let year = match year.as_bytes() {
        [_, _] => format!("{}{year}", century()),
        [b'1' | b'2', _, _, _] => year.to_owned(),
        _ => return None,
    };
    known.then(|| (month.to_owned(), year))
}

/// The first two digits of this year.
fn century() -> i16 {
    Timestamp::now().to_zoned(TimeZone::UTC).year() / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_four_spellings_of_a_month_and_year_are_taken() {
        let parts = |value| expiry(value).map(|(month, year)| format!("{month} {year}"));
        assert_eq!(parts("06/2029").as_deref(), Some("6 2029"));
        assert_eq!(parts(" 6 / 29\n").as_deref(), Some("6 2029"));
        assert_eq!(parts("12/99").as_deref(), Some("12 2099"), "never the last century");
        assert_eq!(parts("1/00").as_deref(), Some("1 2000"));
        for odd in
            ["", "/", "13/29", "0/29", "00/29", "6/329", "6/3029", "6-29", "6/29/1", "a/29", "٦/29"]
        {
            assert_eq!(parts(odd), None, "{odd}");
        }
    }
}
