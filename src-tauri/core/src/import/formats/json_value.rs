//! A JSON value read as it is, whatever type was expected, so that one odd value spoils only itself.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::model::Text;

/// Any JSON value; texts are wiped when it goes.
#[derive(Debug)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// As written.
    Number(serde_json::Number),
    Text(Text),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// What a missing key has.
static NULL: Json = Json::Null;

/// A list or an object where a text belongs.
#[derive(Debug)]
pub(super) struct NotText;

impl Json {
    /// The value of `key`, the last one as in JavaScript; null when this is no object.
    pub(super) fn get(&self, key: &str) -> &Self {
        match self {
            Self::Object(entries) => {
                entries.iter().rfind(|(name, _)| name == key).map_or(&NULL, |(_, value)| value)
            }
            _ => &NULL,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A whole number.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// A text, number or truth value as text; none for null and for an empty text.
    pub(super) fn as_text(&self) -> Result<Option<Text>, NotText> {
        Ok(match self {
            Self::Null => None,
            Self::Bool(value) => Some(Text::new(value.to_string())),
            Self::Number(number) => Some(Text::new(number.to_string())),
            Self::Text(text) => (!text.is_empty()).then(|| text.clone()),
            Self::List(_) | Self::Object(_) => return Err(NotText),
        })
    }

    /// The text itself, or an empty one.
    pub(super) fn str(&self) -> &str {
        match self {
            Self::Text(text) => text.expose(),
            _ => "",
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(Text::new(value)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}
