//! Answers whose keys come in both casings, sometimes both in one answer.
//!
//! The token endpoint mixes `Key` and `accountKeys`, Vaultwarden sends some names twice: reading them into
//! a struct with aliases would refuse the second one as a duplicate.

use serde_json::{Map, Value};

/// A JSON object read by names whose first letter may be of either case.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a>(&'a Map<String, Value>);

impl<'a> Keys<'a> {
    /// `None` when the value is no object.
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// `name` is written in camelCase; nulls count as missing.
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        let same = |key: &str| {
            let mut letters = key.chars();
            let mut wanted = name.chars();
            letters.next().map(|first| first.to_ascii_lowercase()) == wanted.next()
                && letters.as_str() == wanted.as_str()
        };
        self.0.iter().find(|(key, value)| same(key) && !value.is_null()).map(|(_, value)| value)
    }

    pub(super) fn object(self, name: &str) -> Option<Keys<'a>> {
        self.value(name).and_then(Keys::of)
    }

    /// The empty text counts as missing.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.value(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A number, or a number in quotes.
    pub(super) fn number(self, name: &str) -> Option<i64> {
        Self::as_number(self.value(name)?)
    }

    pub(super) fn as_number(value: &Value) -> Option<i64> {
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    /// Only `true` is true.
    pub(super) fn flag(self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_either_casing_and_also_when_it_comes_twice() {
        let json =
            serde_json::json!({"Key": null, "key": "2.x", "Kdf": "1", "kdfMemory": 32, "x": ""});
        let keys = Keys::of(&json).unwrap();
        assert_eq!(keys.text("key"), Some("2.x"), "the one that is null says nothing");
        assert_eq!((keys.number("kdf"), keys.number("kdfMemory")), (Some(1), Some(32)));
        assert_eq!((keys.text("x"), keys.text("KEY"), keys.text("")), (None, None, None));
        assert!(keys.object("key").is_none());
    }
}
