//! The words of the command line. Their meaning is in `session`, `clients` and `import`.

pub(crate) mod bench;
mod past;

pub(crate) use past::Past;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Works with Bitwarden client organizations from a terminal.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 signed out or locked, 4 not permitted, 5 not found,
/// 6 server out of reach, 7 input refused, 8 outcome unknown (run `import upload` again: it looks first).
#[derive(Debug, Parser)]
#[command(name = "wardroomctl", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every verb takes.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Flags are bools.
pub(crate) struct Global {
    /// Where the database and settings live [default: the platform's data folder]
    #[arg(long, global = true, env = "WARDROOM_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Which account, when there are several
    #[arg(long, global = true, env = "WARDROOM_ACCOUNT", value_name = "EMAIL")]
    pub(crate) account: Option<String>,
    /// One JSON document on standard output, errors as JSON on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No progress and no notes
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// No colour (as with `NO_COLOR`)
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// One more trusted root certificate, for servers of your own
    #[arg(long, global = true, env = "WARDROOM_CA_CERT", value_name = "PEM")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// Read the master password from standard input
    #[arg(long, global = true, conflicts_with = "password_file")]
    pub(crate) password_stdin: bool,
    /// Read the master password from a file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Sign in and print a session value
    Login(Login),
    /// Print a session value for `WARDROOM_SESSION`; works without the server
    Unlock {
        /// The bare value and nothing else
        #[arg(long, conflicts_with = "json")]
        raw: bool,
    },
    /// Make every session value of the account useless
    Lock,
    /// Forget the account on this machine: cache, keys, staged imports
    Logout,
    /// Who is signed in, where, and in which state
    Status,
    /// Read clients and seats from the server
    Sync {
        /// Read everything again, not only what may have changed
        #[arg(long)]
        full: bool,
    },
    /// The client organizations
    Clients {
        #[command(subcommand)]
        verb: Clients,
    },
    /// From an export file to a client's organization
    Import {
        #[command(subcommand)]
        verb: Import,
    },
    /// A completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// How to sign in.
#[derive(Debug, Args)]
pub(crate) struct Login {
    /// `us`, `eu` or the address of a server of your own
    #[arg(long, value_name = "us|eu|URL")]
    pub(crate) server: String,
    /// E-mail address of the account
    #[arg(long, required_unless_present_any = ["api_key", "sso"])]
    pub(crate) email: Option<String>,
    /// Two-step login method
    #[arg(long)]
    pub(crate) method: Option<Method>,
    /// Two-step login code; for Duo the address of the page it ended on
    #[arg(long, requires = "method")]
    pub(crate) code: Option<String>,
    /// Do not ask this device for two-step login again for 30 days
    #[arg(long)]
    pub(crate) remember: bool,
    /// The code mailed when a new device signs in
    #[arg(long, value_name = "CODE")]
    pub(crate) new_device_code: Option<String>,
    /// Sign in with the account's API key (`WARDROOM_CLIENT_ID`, `WARDROOM_CLIENT_SECRET`)
    #[arg(long, conflicts_with_all = ["sso", "device"])]
    pub(crate) api_key: bool,
    /// Sign in with an organization's single sign-on, in the browser
    #[arg(
        long,
        value_name = "IDENTIFIER",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with = "device"
    )]
    pub(crate) sso: Option<String>,
    /// Let another device of the account approve
    #[arg(long)]
    pub(crate) device: bool,
    /// Who approves a device that is not trusted yet
    #[arg(long, value_name = "WHO")]
    pub(crate) approval: Option<Approver>,
    /// Address of the API service, where it is not the server's own
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// Address of the identity service, where it is not the server's own
    #[arg(long, value_name = "URL")]
    pub(crate) identity_url: Option<String>,
    /// Address of the web vault, where it is not the server's own
    #[arg(long, value_name = "URL")]
    pub(crate) vault_url: Option<String>,
    /// Address of the notifications service, where it is not the server's own
    #[arg(long, value_name = "URL")]
    pub(crate) notifications_url: Option<String>,
}

/// A two-step login method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    Authenticator,
    Email,
    Yubikey,
    Duo,
    SecurityKey,
    Recovery,
}

impl Method {
    /// As it is written on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::Email => "email",
            Self::Yubikey => "yubikey",
            Self::Duo => "duo",
            Self::SecurityKey => "security-key",
            Self::Recovery => "recovery",
        }
    }
}

/// Who lets a new device in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Approver {
    /// Another device of the same account
    Device,
    /// An administrator of the organization
    Admin,
    /// The master password
    Password,
}

/// `clients …`
#[derive(Debug, Subcommand)]
pub(crate) enum Clients {
    /// Clients with their seats and plan
    List(ClientsList),
}

/// Which clients, in which order.
#[derive(Debug, Args)]
pub(crate) struct ClientsList {
    /// Only clients whose name contains this
    #[arg(long, value_name = "Q")]
    pub(crate) search: Option<String>,
    /// Order by this column; unknown values come last
    #[arg(long, default_value = "name")]
    pub(crate) sort: Column,
    /// The other way round
    #[arg(long)]
    pub(crate) desc: bool,
    /// What was read last, without asking the server
    #[arg(long)]
    pub(crate) offline: bool,
}

/// A column of the client list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Column {
    Name,
    Assigned,
    Used,
    Remaining,
    Plan,
}

/// `import …`
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// The formats that can be read
    Formats,
    /// What kind of export a file is
    Detect {
        /// The export
        file: PathBuf,
    },
    /// What an export holds and what is wrong with it; never a secret
    Inspect {
        #[command(flatten)]
        export: Export,
    },
    /// Write Bitwarden's own unencrypted JSON of what would be uploaded
    Convert {
        #[command(flatten)]
        export: Export,
        /// The file to write; must not exist yet
        #[arg(long, value_name = "OUT")]
        output: PathBuf,
        /// Folders become collections
        #[arg(long)]
        organization: bool,
        /// Say what would be written, write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Seal an export on this machine, ready to be sent to a client
    Stage(Stage),
    /// Every staged, running and finished import
    Staged,
    /// One of them, masked
    Show {
        /// The staging
        id: String,
        /// First item to show
        #[arg(long, default_value_t = 0, value_name = "N")]
        from: u32,
        /// Items to show at most
        #[arg(long, default_value_t = 100, value_name = "N")]
        count: u32,
    },
    /// Leave items out of the upload
    Skip {
        /// The staging
        id: String,
        #[command(flatten)]
        chosen: bench::Chosen,
        /// Every item that cannot be sent as it is
        #[arg(long)]
        blocking: bool,
        /// Take them back in
        #[arg(long)]
        undo: bool,
        /// Say what would be left out, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Forget a staged import: rows and key gone
    Discard {
        /// The staging
        id: String,
        /// Even when some of it may be on the server already
        #[arg(long)]
        even_if_unproven: bool,
        /// Say what would be forgotten, forget nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Send a staged import, or continue; safe to run again at any time
    Upload {
        /// The staging
        id: String,
        /// Say what would be sent to whom, send nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The proof of a finished upload
    Receipt {
        /// The staging
        id: String,
    },
    #[command(flatten)]
    Bench(bench::Bench),
    #[command(flatten)]
    Past(Past),
}

/// An export file and what is needed to read it.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The export
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// What is needed to read an export.
#[derive(Debug, Args)]
pub(crate) struct Reading {
    /// Read it as this format instead of looking
    #[arg(long, value_name = "ID")]
    pub(crate) format: Option<String>,
    /// A file with the export's own password
    #[arg(long = "export-password-file", value_name = "F")]
    pub(crate) password: Option<PathBuf>,
    /// A key file that protects the export
    #[arg(long, value_name = "F")]
    pub(crate) key_file: Option<PathBuf>,
    /// The server takes bank accounts, driver's licences and passports as such; with `stage`, the server says so
    #[arg(long)]
    pub(crate) new_types: bool,
}

/// What goes where.
#[derive(Debug, Args)]
pub(crate) struct Stage {
    /// The export; several become one import, in this order
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// The client: id or exact name
    #[arg(long, value_name = "ORG")]
    pub(crate) client: String,
    /// Every item also goes into this collection, found by name or made; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) collection: Vec<String>,
    /// A group that may manage the collections made; repeatable
    #[arg(long, value_name = "NAME")]
    pub(crate) access_group: Vec<String>,
    /// A member who may manage the collections made; repeatable
    #[arg(long, value_name = "EMAIL")]
    pub(crate) access_member: Vec<String>,
    /// Folders of the file do not become collections
    #[arg(long)]
    pub(crate) no_folders: bool,
    /// Say what would be staged for whom, keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
