//! `import …`: looking at what is staged and changing it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The verbs of the bench.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Staged items that match, masked, with what was found about them
    Items {
        /// The staging
        id: String,
        #[command(flatten)]
        matching: Matching,
        /// Only the folder itself and what is below it; empty for items in none
        #[arg(long, value_name = "PATH")]
        folder: Option<String>,
        /// The order
        #[arg(long, value_enum, default_value_t = Order::File)]
        sort: Order,
        /// The other way round
        #[arg(long)]
        desc: bool,
        /// First row to show
        #[arg(long, default_value_t = 0, value_name = "N")]
        from: u32,
        /// Rows to show at most
        #[arg(long, default_value_t = 100, value_name = "N")]
        count: u32,
    },
    /// One staged item with its values, masked
    Item {
        /// The staging
        id: String,
        /// Position as `import items` numbers them
        item: u32,
    },
    /// One value of a staged item in clear
    Reveal {
        /// The staging
        id: String,
        /// Position as `import items` numbers them
        item: u32,
        /// Such as login.password
        path: String,
    },
    /// Change one value of a staged item; an empty one takes it away
    Edit {
        /// The staging
        id: String,
        /// Position as `import items` numbers them
        item: u32,
        /// Such as login.password
        path: String,
        #[command(flatten)]
        value: Value,
        /// Say what would be changed, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Put staged items into a folder, which becomes a collection
    Move {
        /// The staging
        id: String,
        #[command(flatten)]
        chosen: Chosen,
        /// The folder; made when the file has none of this path
        #[arg(
            long,
            value_name = "FOLDER",
            required_unless_present = "out",
            conflicts_with = "out"
        )]
        to: Option<String>,
        /// Out of every folder
        #[arg(long)]
        out: bool,
        /// Leave them where they are as well
        #[arg(long, conflicts_with = "out")]
        keep_others: bool,
        /// Say what would be moved, move nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Do what one click does about a finding
    Fix {
        /// The staging
        id: String,
        /// What to do
        #[arg(value_enum)]
        fix: Mend,
        #[command(flatten)]
        chosen: Chosen,
        /// Say which items it would look at, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take the last change of a staging back
    Undo {
        /// The staging
        id: String,
        /// Say what would be taken back, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Do the last change that was taken back again
    Redo {
        /// The staging
        id: String,
        /// Say what would be done again, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The collections a staged import leads to
    Targets {
        /// The staging
        id: String,
        /// Without asking the server which of them are there
        #[arg(long)]
        offline: bool,
    },
    /// Change where a staged import goes; says the whole of it anew
    Place {
        /// The staging
        id: String,
        #[command(flatten)]
        place: Box<Place>,
        /// Say where it would go, change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which items match.
#[derive(Debug, Default, Args)]
pub(crate) struct Matching {
    /// Words that name, user name, host or folder must contain
    #[arg(long, value_name = "Q")]
    pub(crate) search: Option<String>,
    /// Only this kind, such as login or note; repeatable
    #[arg(long, value_name = "K")]
    pub(crate) kind: Vec<String>,
    /// Only items with this finding, such as badUri; repeatable
    #[arg(long, value_name = "CODE", value_parser = finding)]
    pub(crate) finding: Vec<wardroom_core::model::FindingCode>,
    /// Only items with a finding at least this bad
    #[arg(long, value_enum, value_name = "S")]
    pub(crate) severity: Option<Least>,
}

/// Which items are meant: by position, or whatever matches.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Positions as `import items` numbers them
    #[arg(long, value_delimiter = ',', value_name = "N,N…")]
    pub(crate) items: Vec<u32>,
    #[command(flatten)]
    pub(crate) matching: Matching,
}

/// Where a new value comes from; never an argument.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Value {
    /// Read it from standard input, without the last line end
    #[arg(long)]
    pub(crate) value_stdin: bool,
    /// Read it from a file, without the last line end
    #[arg(long, value_name = "F")]
    pub(crate) value_file: Option<PathBuf>,
}

/// Where items go.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Every item also goes into this collection, found by name or made; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Vec<String>,
    /// Folders of the file do not become collections
    #[arg(long)]
    pub(crate) no_folders: bool,
    /// What parts the folder paths of the file where that is not /
    #[arg(long, value_name = "S")]
    pub(crate) separator: Option<String>,
    /// How much of a path is kept
    #[arg(long, value_enum, default_value_t = Keep::Whole)]
    pub(crate) flatten: Keep,
    /// Collections made of folders go below this one
    #[arg(long, value_name = "P", default_value = "")]
    pub(crate) prefix: String,
    /// Parents that the file does not name are made too
    #[arg(long)]
    pub(crate) parents: bool,
    /// This folder becomes that collection; repeatable
    #[arg(long, value_name = "FOLDER=PATH", value_parser = rule)]
    pub(crate) map: Vec<(String, String)>,
    /// This folder becomes none; repeatable
    #[arg(long, value_name = "FOLDER")]
    pub(crate) drop: Vec<String>,
    /// A group that may manage the collections made; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) access_group: Vec<String>,
    /// A member who may manage the collections made; repeatable
    #[arg(long, value_name = "EMAIL")]
    pub(crate) access_member: Vec<String>,
}

/// The last sign that can be one parts: folders' names may hold `=`, collections' rarely do.
fn rule(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((folder, path)) if !folder.is_empty() && !path.trim().is_empty() => {
            Ok((folder.to_owned(), path.to_owned()))
        }
        _ => Err("say FOLDER=PATH".to_owned()),
    }
}

fn finding(text: &str) -> Result<wardroom_core::model::FindingCode, String> {
    let json = serde_json::Value::String(text.to_owned());
    serde_json::from_value(json).map_err(|_| "no finding has this name".to_owned())
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum Order {
    File,
    Name,
    Username,
    Host,
    Kind,
    Folder,
    Findings,
}

/// How bad at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Least {
    Info,
    Warning,
    Error,
}

/// How much of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keep {
    Whole,
    Top,
    Last,
}

/// What one click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "camelCase")]
pub(crate) enum Mend {
    /// The rest of notes that are too long goes into further secure notes
    SplitNotes,
    /// A custom field that is too long goes into the notes
    MoveToNotes,
    /// A missing name becomes the host of the address, else the user name
    NameFromHost,
    /// Addresses without a scheme get https://
    AddScheme,
    /// What is no address becomes a custom field
    UriToField,
    /// What is no TOTP secret becomes a hidden field
    TotpToField,
    /// A kind the server does not take becomes a secure note
    ToNote,
    /// Leave the items out
    Skip,
}
