//! Random, repeatable damage.

/// Repeatable numbers (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits") % sides.max(1)
    }
}

/// What means something to one of the readers.
const SNIPPETS: [&[u8]; 44] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\0",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[[[[[[[[[[[[[[[[[[[",
    b"\\",
    b"\\u",
    b"\\ud800",
    b":",
    b"null",
    b"true",
    b"-1e999",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xF0\x9F",
    b"&amp;",
    b"&#0;",
    b"&#x110000;",
    b"&nbsp;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE x [",
    b"<!ENTITY a \"b\">",
    b"<Group><Group><Group>",
    b"</",
    b"/>",
    b" Protected=\"True\"",
    b"key=JBSWY3DP&step=x",
    b"---\n",
    b"NoteType:Credit Card\n",
    b"PK\x03\x04",
    b"99999999999999999999",
];

/// One to four wounds; `others` are samples to take pieces from.
pub(crate) fn mutate(bytes: &mut Vec<u8>, others: &[&[u8]], dice: &mut Dice) {
    for _ in 0..=dice.roll(4) {
        if bytes.is_empty() {
            bytes.push(b'x');
        }
        wound(bytes, others, dice);
    }
    if bytes.is_empty() {
        bytes.push(b'x');
    }
}

fn wound(bytes: &mut Vec<u8>, others: &[&[u8]], dice: &mut Dice) {
    let at = dice.roll(bytes.len());
    let len = dice.roll(40).min(bytes.len() - at);
    match dice.roll(9) {
        0 => bytes[at] ^= 1 << dice.roll(8),
        1 => {
            bytes.drain(at..at + len);
        }
        2 => {
            let piece = bytes[at..at + len].to_vec();
            let to = dice.roll(bytes.len());
            bytes.splice(to..to, piece);
        }
        3 => bytes.truncate(at.max(1)),
        // A piece of something else, in the middle or instead of the rest.
        4 if !others.is_empty() => {
            let other = others[dice.roll(others.len())];
            let from = dice.roll(other.len());
            let to = from + dice.roll(400).min(other.len() - from);
            let end = if dice.roll(8) == 0 { bytes.len() } else { at };
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        // A whole line twice, or moved: rows and elements out of order.
        5 => {
            let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |n| n + 1);
            let end = bytes[at..]
                .iter()
                .position(|byte| *byte == b'\n')
                .map_or(bytes.len(), |n| at + n + 1);
            let line: Vec<u8> = bytes[start..end.min(start + 4000)].to_vec();
            let to = dice.roll(bytes.len());
            bytes.splice(to..to, line);
        }
        _ => {
            let snippet = SNIPPETS[dice.roll(SNIPPETS.len())];
            bytes.splice(at..at, snippet.iter().copied());
        }
    }
}
