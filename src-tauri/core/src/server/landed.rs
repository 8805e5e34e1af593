//! `GET /ciphers/organization-details`, read as it comes: proof that an import has landed.
//!
//! The answer holds every item of the organization, each of them twice (`data` repeats it), so tens of
//! thousands make a hundred megabytes. It is never held whole: a window slides over the bytes and each
//! element of `data[]` is read, reduced and forgotten.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, Visitor};
use sha2::{Digest, Sha256};

use super::link::Call;
use super::{Error, Server};
use crate::model::{CollectionId, OrganizationId};

/// No item is larger: the server accepts 500,000 characters of `data`, and tells it twice.
const ELEMENT_LIMIT: usize = 8 << 20;
/// The window grows to this before it is searched, so that long items are not read again and again.
const FIRST_LOOK: usize = 64 << 10;

/// One item as `ciphers/organization-details` lists it, reduced to what proves a landing.
///
/// Nothing of the item can be read from it: the name stays sealed and is only compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedItem {
    /// SHA-256 of the stored name `EncString`, cut to 16 bytes.
    pub fingerprint: [u8; 16],
    /// Collections it is in.
    pub collections: Vec<CollectionId>,
}

impl Server {
    /// `GET /ciphers/organization-details`, read as a stream: `each` sees one reduced item at a time, so
    /// 40,000 of them cost no memory.
    pub async fn fetch_landed(
        &self,
        client: OrganizationId,
        mut each: impl FnMut(LandedItem) + Send + 'static,
    ) -> Result<(), Error> {
        let path = format!("/ciphers/organization-details?organizationId={client}");
        let call = Call::get(self.api(&path));
        let mut answer = self.call(&call).await?;
        let mut window = Window::default();
        while let Some(chunk) = answer.chunk().await.map_err(|_| call.lost())? {
            window.push(&chunk);
            window.read(&mut each)?;
        }
        window.finish(&mut each)
    }
}

/// Bytes not read yet, and where in the answer they are.
#[derive(Default)]
struct Window {
    bytes: Vec<u8>,
    /// Read up to here.
    at: usize,
    /// Bytes to have before looking again.
    wanted: usize,
    place: Place,
    whole: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the outer `{`.
    #[default]
    Start,
    /// Before a key, a comma or the last `}`.
    Key,
    /// Inside `data[]`, before an element, a comma or the `]`.
    Element,
    /// After the last `}`.
    End,
}

/// What one look at the window found.
enum Look {
    /// Went on; look again.
    Further,
    /// The rest has not come yet.
    Short,
}

impl Window {
    fn push(&mut self, chunk: &[u8]) {
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// Reads as many elements as are there.
    fn read(&mut self, each: &mut impl FnMut(LandedItem)) -> Result<(), Error> {
        if !self.whole && self.bytes.len() < self.wanted.max(FIRST_LOOK) {
            return Ok(());
        }
        while let Look::Further = self.step(each)? {}
        let left = self.bytes.len() - self.at;
        if left > ELEMENT_LIMIT {
            return Err(Error::NotUnderstood);
        }
        self.wanted = left * 2;
        Ok(())
    }

    /// The answer has ended: everything must be there now.
    fn finish(mut self, each: &mut impl FnMut(LandedItem)) -> Result<(), Error> {
        self.whole = true;
        self.read(each)?;
        if self.place == Place::End { Ok(()) } else { Err(Error::NotUnderstood) }
    }

    fn step(&mut self, each: &mut impl FnMut(LandedItem)) -> Result<Look, Error> {
        let Some(next) = self.next_sign() else { return Ok(Look::Short) };
        match (self.place, next) {
            (Place::Key | Place::Element, b',') => self.enter(self.place),
            (Place::Start, b'{') | (Place::Element, b']') => self.enter(Place::Key),
            (Place::Key, b'}') => self.enter(Place::End),
            (Place::Element, b'{') => return self.element(each),
            (Place::Key, b'"') => return self.member(),
            _ => return Err(Error::NotUnderstood),
        }
        Ok(Look::Further)
    }

    fn enter(&mut self, place: Place) {
        self.at += 1;
        self.place = place;
    }

    /// The next byte that is not white space.
    fn next_sign(&mut self) -> Option<u8> {
        let rest = self.bytes.get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn element(&mut self, each: &mut impl FnMut(LandedItem)) -> Result<Look, Error> {
        let Some((element, end)) = self.value::<Element>(self.at)? else { return Ok(Look::Short) };
        self.at = end;
        // An item without a name is stored as a blob by a newer client: it is not one of ours.
        if let Some(Fingerprint(fingerprint)) = element.name {
            each(LandedItem {
                fingerprint,
                collections: element.collection_ids.unwrap_or_default(),
            });
        }
        Ok(Look::Further)
    }

    /// A member of the outer object: goes into `data`, skips every other.
    fn member(&mut self) -> Result<Look, Error> {
        let start = self.at;
        let Some((key, end)) = self.value::<Key>(start)? else { return Ok(Look::Short) };
        self.at = end;
        let is_colon = self.next_sign().map(|sign| sign == b':');
        self.at += 1;
        let opens = self.next_sign();
        let step = match (is_colon, opens, key) {
            (Some(false), ..) => return Err(Error::NotUnderstood),
            (None, ..) | (_, None, _) => None,
            (_, Some(b'['), Key::Data) => {
                self.enter(Place::Element);
                return Ok(Look::Further);
            }
            // A number at the very end of the window may go on in the next chunk.
            _ => self
                .value::<IgnoredAny>(self.at)?
                .filter(|(_, end)| self.whole || *end < self.bytes.len()),
        };
        self.at = step.as_ref().map_or(start, |(_, end)| *end);
        Ok(if step.is_some() { Look::Further } else { Look::Short })
    }

    /// The JSON value that starts at `from` and where it ends; `None` when its end has not come yet.
    fn value<'a, T: Deserialize<'a>>(&'a self, from: usize) -> Result<Option<(T, usize)>, Error> {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<T>();
        match values.next() {
            Some(Ok(value)) => Ok(Some((value, from + values.byte_offset()))),
            Some(Err(error)) if !error.is_eof() => Err(Error::NotUnderstood),
            _ if self.whole => Err(Error::NotUnderstood),
            _ => Ok(None),
        }
    }
}

enum Key {
    Data,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl Visitor<'_> for Names {
            type Value = Key;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(if matches!(key, "data" | "Data") { Key::Data } else { Key::Other })
            }
        }
        deserializer.deserialize_str(Names)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    #[serde(default)]
    name: Option<Fingerprint>,
    #[serde(default)]
    collection_ids: Option<Vec<CollectionId>>,
}

/// Hashed while it is read, so that the name is never copied. The server's JSON writes `+` as `\u002B`:
/// what is hashed is the text, not the bytes.
struct Fingerprint([u8; 16]);

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hashing;
        impl Visitor<'_> for Hashing {
            type Value = Fingerprint;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an encrypted text")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Fingerprint, E> {
                Ok(Fingerprint(LandedItem::fingerprint_of(name)))
            }
        }
        deserializer.deserialize_str(Hashing)
    }
}

impl LandedItem {
    /// What a name `EncString` is recognised by.
    #[must_use]
    pub fn fingerprint_of(sealed_name: &str) -> [u8; 16] {
        let hash: [u8; 32] = Sha256::digest(sealed_name.as_bytes()).into();
        let (half, _) = hash.split_at(16);
        half.try_into().expect("half of 32 bytes is 16 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in_chunks(json: &str, size: usize) -> Result<Vec<LandedItem>, Error> {
        let mut found = Vec::new();
        let mut window = Window::default();
        for chunk in json.as_bytes().chunks(size) {
            window.push(chunk);
            // Look at every chunk, however small: each cut must be survived.
            window.wanted = 0;
            while let Look::Further = window.step(&mut |item| found.push(item))? {}
        }
        window.finish(&mut |item| found.push(item))?;
        Ok(found)
    }

    const ANSWER: &str = r#" {"object":"list","count":12,"extra":{"data":[1]},"data":[
        {"id":"x","data":"{\"name\":\"]}\"}","name":"2.a\u002Bb|c|d","collectionIds":
        ["6c2f2b4e-0000-4000-8000-000000000001"],"login":{"name":"no"}},
        {"name":null,"collectionIds":[]}, {"name":"2.e|f|g","collectionIds":null}
        ],"continuationToken":null} "#;

    #[test]
    fn wherever_the_answer_is_cut_each_item_is_seen_once() {
        let item = |name: &str, collections: Vec<CollectionId>| LandedItem {
            fingerprint: LandedItem::fingerprint_of(name),
            collections,
        };
        let first = "6c2f2b4e-0000-4000-8000-000000000001".parse().unwrap();
        let expected = vec![item("2.a+b|c|d", vec![first]), item("2.e|f|g", vec![])];
        for size in 1..ANSWER.len() {
            assert_eq!(read_in_chunks(ANSWER, size).unwrap(), expected, "chunks of {size}");
        }
    }

    #[test]
    fn an_answer_that_ends_early_or_is_no_list_is_not_taken_for_a_whole_one() {
        let end = ANSWER.trim_end().len();
        for cut in 1..end {
            let part = ANSWER.get(..cut).unwrap();
            assert!(read_in_chunks(part, 50).is_err(), "cut at {cut}");
        }
        assert!(read_in_chunks("<html>gateway</html>", 7).is_err());
        assert!(read_in_chunks(r#"{"data":[1,2]}"#, 7).is_err());
    }
}
