//! `import …`: what is there twice, and how healthy it is.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The verbs that look closer at what is staged.
#[derive(Debug, Subcommand)]
pub(crate) enum Checks {
    /// Items that are there twice: here, in other stagings of the client, on the server since an earlier upload
    Duplicates {
        /// The staging
        id: String,
        /// Only these
        #[arg(long)]
        kind: Option<Alike>,
        /// Only groups with a member of another staging or of an earlier upload
        #[arg(long)]
        elsewhere: bool,
        /// First group to show
        #[arg(long, default_value_t = 0, value_name = "N")]
        from: u32,
        /// Groups to show at most
        #[arg(long, default_value_t = 50, value_name = "N")]
        count: u32,
    },
    /// Say what becomes of duplicates
    Resolve(Resolve),
    /// How healthy the passwords are; asks nobody unless told to
    Health(HealthCheck),
}

/// Which duplicates, and what becomes of them.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The staging
    pub(crate) id: String,
    /// Which ones
    #[arg(long)]
    pub(crate) kind: Alike,
    /// What becomes of them
    #[arg(long)]
    pub(crate) rule: Rule,
    /// Only these groups, as `import duplicates` numbers them; all of the kind otherwise
    #[arg(long, value_delimiter = ',', value_name = "N,N…", requires = "revision")]
    pub(crate) groups: Vec<u32>,
    /// The revision `import duplicates` told: refused when something has changed since
    #[arg(long, value_name = "N")]
    pub(crate) revision: Option<u64>,
    /// Say what would become of them, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Alike {
    /// Every value is the same; folders do not count
    Exact,
    /// The same account, key, card or person, with other values
    Near,
}

/// What becomes of a group of duplicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum Rule {
    /// All of them are sent
    Keep,
    /// The first is sent, or none when one was uploaded before
    SkipLater,
    /// The one with the most values is sent
    KeepFullest,
    /// One item with the values of all
    Merge,
}

/// What to check, and what to do with what is found.
#[derive(Debug, Args)]
pub(crate) struct HealthCheck {
    /// The staging
    pub(crate) id: String,
    /// Look for passwords known to criminals: `online` asks Have I Been Pwned with five digits of each hash, a file
    /// is a sorted list of SHA-1 hashes
    #[arg(long, value_name = "online|FILE")]
    pub(crate) exposed: Option<PathBuf>,
    /// Sites with two-step login, as 2fa.directory's totp.json has them, instead of Wardroom's own list
    #[arg(long, value_name = "F")]
    pub(crate) two_step_list: Option<PathBuf>,
    /// Logins to name, worst first
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) worst: u32,
    /// Put what is picked into this collection besides its own
    #[arg(long, value_name = "NAME", requires = "pick")]
    pub(crate) tag: Option<String>,
    /// What goes into it
    #[arg(long, value_delimiter = ',', value_name = "WHAT,WHAT…", requires = "tag")]
    pub(crate) pick: Vec<Mend>,
    /// Write the report for the client; .json, .csv or .html, must not exist yet
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Say what would be tagged and written, do neither
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// What there is to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum Mend {
    /// The password is known to criminals
    Exposed,
    /// It is easy to guess
    Weak,
    /// Other items have it too
    Reused,
    /// An address without encryption
    PlainHttp,
    /// The site offers two-step login, the item has no TOTP
    MissingTwoStep,
}
