//! Reading answers of servers of several ages: what is odd becomes "unknown", not an error.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A list as the API wraps it.
#[derive(serde::Deserialize)]
pub(super) struct List<T> {
    #[serde(alias = "Data")]
    pub(super) data: Vec<T>,
}

/// A number, or a number in quotes; `None` for anything else.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Loose).map(|found| match found {
        Found::Number(number) => Some(number),
        Found::Text(text) => text.trim().parse().ok(),
        Found::Flag(_) | Found::Other => None,
    })
}

/// A truth value; `None` for anything else.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    deserializer.deserialize_any(Loose).map(|found| match found {
        Found::Flag(flag) => Some(flag),
        _ => None,
    })
}

/// A text; `None` for anything else, the empty text included.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Loose).map(|found| match found {
        Found::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

/// A list that may be null.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

enum Found {
    Number(i64),
    Flag(bool),
    Text(String),
    Other,
}

struct Loose;

impl<'de> Visitor<'de> for Loose {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Found, E> {
        Ok(Found::Flag(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Found, E> {
        Ok(Found::Number(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Found, E> {
        Ok(i64::try_from(value).map_or(Found::Other, Found::Number))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(Found::Other)
    }
    fn visit_str<E>(self, value: &str) -> Result<Found, E> {
        Ok(Found::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Found, E> {
        Ok(Found::Text(value))
    }
    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Other)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Found, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Found::Other)
    }
}

#[cfg(test)]
mod tests {
    #[derive(serde::Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "super::number")]
        seats: Option<i64>,
        #[serde(default, deserialize_with = "super::flag")]
        enabled: Option<bool>,
        #[serde(default, deserialize_with = "super::text")]
        name: Option<String>,
    }

    #[test]
    fn an_odd_field_is_unknown_instead_of_spoiling_the_list() {
        let read = |json: &str| serde_json::from_str::<Row>(json).unwrap();
        let row = read(r#"{"seats": "12", "enabled": 1, "name": {"a": [1, 2.5, null]}}"#);
        assert_eq!((row.seats, row.enabled, row.name), (Some(12), None, None));
        let row =
            read(r#"{"seats": 1e400000, "enabled": true}"#.replace("1e400000", "2.5").as_str());
        assert_eq!((row.seats, row.enabled), (None, Some(true)), "half a seat is no seat count");
        let row = read(r#"{"seats": null, "name": "", "new": [1]}"#);
        assert_eq!((row.seats, row.name), (None, None));
    }
}
