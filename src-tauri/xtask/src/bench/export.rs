//! A LastPass export of any size, the same at every run.

use std::fmt::Write;

/// The header LastPass writes, then `items` rows with passwords, notes and 20 folders.
pub(super) fn lastpass(items: usize) -> String {
    let mut dice = Dice(0x5EED);
    let mut text = String::from("url,username,password,totp,extra,name,grouping,fav\n");
    for item in 0..items {
        let host = dice.word(9);
        let _ = writeln!(
            text,
            "https://{host}.example/login,{user}@{host}.example,{password},,{note},{host} {item},{folder},0",
            user = dice.word(7),
            password = dice.word(20),
            note = note(&mut dice),
            folder = folder(&mut dice),
        );
    }
    text
}

/// One item in four has a note of some lines, quoted as CSV wants it.
fn note(dice: &mut Dice) -> String {
    if dice.below(4) > 0 {
        return String::new();
    }
    let lines: Vec<String> =
        (0..4).map(|_| format!("{} {}", dice.word(8), dice.word(30))).collect();
    format!("\"{}\"", lines.join("\n"))
}

/// Every item has one: `bw` refuses an organization import with items in no collection.
fn folder(dice: &mut Dice) -> String {
    let number = dice.below(20);
    format!("Site {}\\Rack {number}", number % 4)
}

/// Small numbers in a fixed order (xorshift, Marsaglia 2003); nothing here needs to be unguessable.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
        let letter = |number: u64| char::from(LETTERS[usize::try_from(number).unwrap_or_default()]);
        (0..length).map(|_| letter(self.below(32))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_is_the_same_at_every_run_and_has_a_row_for_each_item() {
        let text = lastpass(300);
        assert_eq!(text, lastpass(300));
        assert_eq!(text.matches("https://").count(), 300);
        assert!(text.contains("\"\n") || text.contains("\","), "some notes have several lines");
        assert!(text.contains("\\Rack "), "folders nest as LastPass writes them");
    }
}
