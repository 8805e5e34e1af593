//! `import …`: what is over.

use clap::Subcommand;

/// `import …`: what is over, and how long staged data is kept.
#[derive(Debug, Subcommand)]
pub(crate) enum Past {
    /// Imports that are over, the newest first
    History {
        /// Only those of this client: id or exact name
        #[arg(long, value_name = "ORG")]
        client: Option<String>,
        /// Words that client, file or person must contain
        #[arg(long, value_name = "Q", default_value = "")]
        search: String,
    },
    /// The files an import was read from, and deleting one that is proven
    Source {
        /// The staging
        id: String,
        /// Delete this file, counted from 0
        #[arg(long, value_name = "N")]
        delete: Option<u32>,
        /// Say what would be deleted, delete nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Keep a staged import longer, or shorter
    Keep {
        /// The staging
        id: String,
        /// Days from now; 0 for ever
        #[arg(long, value_name = "N")]
        days: u32,
        /// Say what would change, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// How long staged imports are kept
    Settings {
        /// Days until what is staged and was never sent is forgotten; 0 for never
        #[arg(long, value_name = "N")]
        keep_days: Option<u32>,
        /// Say what would change, change nothing
        #[arg(long)]
        dry_run: bool,
    },
}
