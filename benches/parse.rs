//! Reading exports against the least anybody could do with them: decode the same bytes as text and hash them, which
//! a reader must do too (the receipt names the hash). One file per family of parsers, some 16 MB each.

#[allow(dead_code, reason = "the other benches use more of it")]
mod desk;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use desk::{Times, report};
use sha2::{Digest, Sha256};
use wardroom_core::import::Error;
use wardroom_core::import::formats::{self, ReadOptions};

/// Makes a file.
type Maker = fn() -> Vec<u8>;

const ROUNDS: usize = 5;
/// Items of a file; each takes some 200 bytes.
const ITEMS: usize = 80_000;
/// As much as a reader takes at once.
const CHUNK: usize = 64 * 1024;
/// A reader looks at a file once to know its encoding and format, and reads it once.
const ROWS_AT_MOST: f64 = 8.0;
/// The same, and every item becomes a tree of its own first.
const TREES_AT_MOST: f64 = 40.0;

#[tokio::main]
async fn main() {
    // `cargo test --benches` starts this program as well: there is nothing to measure then.
    if std::env::var_os("WARDROOM_BENCH_FILE").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let families: [(&str, &str, Maker, f64); 5] = [
        ("CSV", "chrome.csv", csv, ROWS_AT_MOST),
        ("CSV with cells of several lines", "lastpass.csv", notes, ROWS_AT_MOST),
        ("JSON", "bitwarden.json", json, TREES_AT_MOST),
        ("XML", "keepass.xml", xml, TREES_AT_MOST),
        ("zip with JSON", "export.1pux", archive, TREES_AT_MOST),
    ];
    for (family, name, make, at_most) in families {
        let path = folder.path().join(name);
        std::fs::write(&path, make()).expect("the disk has room");
        measure(family, &path, at_most).await;
    }
}

async fn measure(family: &str, path: &Path, at_most: f64) {
    let bytes = std::fs::metadata(path).expect("it was just written").len();
    let (mut floor, mut ours) = (Times::default(), Times::default());
    for _ in 0..ROUNDS {
        let decoded = floor.take(async || decode(path)).await;
        assert_eq!(decoded, bytes, "all of it was read");
        assert_eq!(ours.take(async || read(path)).await, ITEMS, "all items were read");
    }
    let megabytes = bytes / 1_000_000;
    report(
        &format!("parse: {family}, {megabytes} MB, against decoding them"),
        &floor,
        &ours,
        at_most,
    );
}

/// The floor.
fn decode(path: &Path) -> u64 {
    let mut file = File::open(path).expect("it was just written");
    let mut decoder = encoding_rs::UTF_8.new_decoder();
    let mut hash = Sha256::new();
    let (mut raw, mut text) = (vec![0; CHUNK], vec![0; 3 * CHUNK]);
    let mut bytes = 0;
    loop {
        let read = file.read(&mut raw).expect("the disk works");
        if read == 0 {
            break;
        }
        hash.update(&raw[..read]);
        let (_, taken, ..) = decoder.decode_to_utf8(&raw[..read], &mut text, false);
        bytes += taken as u64;
    }
    std::hint::black_box(hash.finalize());
    bytes
}

fn read(path: &Path) -> usize {
    let mut items = 0;
    let mut count = |item| {
        std::hint::black_box(&item);
        items += 1;
        Ok::<_, Error>(())
    };
    formats::read(path, &ReadOptions::default(), true, &mut count).expect("it is well-formed");
    items
}

fn csv() -> Vec<u8> {
    let mut text = "name,url,username,password,note\n".to_owned();
    for item in 0..ITEMS {
        let _ = writeln!(
            text,
            "Customer portal {item},https://portal{item}.example.com/sign-in?next=%2Fdesk,user{item}@example.com,\
             \"pä$$-{item},x\"\"y\",note about account {item} that somebody wrote in a hurry and never looked at"
        );
    }
    text.into_bytes()
}

fn notes() -> Vec<u8> {
    let mut text = "url,username,password,totp,extra,name,grouping,fav\n".to_owned();
    for item in 0..ITEMS {
        let _ = writeln!(
            text,
            "https://host{item}.example/,user{item},pw-{item},,\"first line of {item}\nsecond line, with a comma\n\
             third line with \"\"quotes\"\" and more words\",Item {item},Customers\\{},0",
            item % 50
        );
    }
    text.into_bytes()
}

fn json() -> Vec<u8> {
    let mut text = "{\"encrypted\":false,\"folders\":[],\"items\":[".to_owned();
    for item in 0..ITEMS {
        let comma = if item == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"id\":\"{item}\",\"type\":1,\"name\":\"Item {item}\",\"notes\":\"a\\nnote\",\"favorite\":false,\
             \"fields\":[{{\"name\":\"Key\",\"value\":\"välue\",\"type\":0}}],\"login\":{{\"username\":\"user{item}\",\
             \"password\":\"pw-{item}\",\"totp\":null,\"uris\":[{{\"match\":null,\"uri\":\"https://{item}.example\"}}]}}}}"
        );
    }
    text.push_str("]}");
    text.into_bytes()
}

fn xml() -> Vec<u8> {
    let mut text =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<KeePassFile><Root><Group><Name>Root</Name>"
            .to_owned();
    for item in 0..ITEMS {
        let _ = write!(text, "<Entry><UUID>{item}</UUID>");
        let strings = [("Title", "Item"), ("UserName", "user"), ("Password", "pä$$ &amp; word")];
        for (key, value) in strings {
            let _ = write!(text, "<String><Key>{key}</Key><Value>{value} {item}</Value></String>");
        }
        text.push_str("</Entry>\n");
    }
    text.push_str("</Group></Root></KeePassFile>");
    text.into_bytes()
}

/// Stored, not compressed: the floor then reads as many bytes as the reader.
fn archive() -> Vec<u8> {
    let mut text =
        "{\"accounts\":[{\"attrs\":{},\"vaults\":[{\"attrs\":{\"name\":\"Work\"},\"items\":["
            .to_owned();
    for item in 0..ITEMS {
        let comma = if item == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"uuid\":\"{item}\",\"favIndex\":0,\"state\":\"active\",\"categoryUuid\":\"001\",\"details\":{{\
             \"loginFields\":[{{\"value\":\"user{item}\",\"designation\":\"username\"}},{{\"value\":\"pw-{item}\",\
             \"designation\":\"password\"}}],\"sections\":[]}},\"overview\":{{\"title\":\"Item {item}\",\"urls\":[{{\
             \"url\":\"https://{item}.example\"}}]}}}}"
        );
    }
    text.push_str("]}]}]}");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("export.data", stored).expect("memory has room");
    archive.write_all(text.as_bytes()).expect("memory has room");
    archive.finish().expect("memory has room").into_inner()
}
