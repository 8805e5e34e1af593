//! `import recipe …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// How a spreadsheet's columns become items.
#[derive(Debug, Subcommand)]
pub(crate) enum RecipeVerb {
    /// The recipes kept on this machine, the one changed last first
    List {
        /// Only those whose column names are those of this spreadsheet
        #[arg(long = "for", value_name = "FILE")]
        fitting: Option<PathBuf>,
    },
    /// What a spreadsheet looks like and how it would be read; needs no account
    Guess {
        /// The spreadsheet
        file: PathBuf,
        #[command(flatten)]
        shape: Shape,
        /// Write nothing but the guessed recipe, as a file for `save` and `--recipe`
        #[arg(long)]
        as_recipe: bool,
    },
    /// What a recipe makes of a spreadsheet, masked
    Preview {
        /// The spreadsheet
        file: PathBuf,
        /// The recipe: its id, or a file
        #[arg(long, value_name = "ID_OR_FILE")]
        recipe: String,
    },
    /// Keep the recipe of a file
    Save {
        /// The recipe
        file: PathBuf,
        /// Its name, instead of the one in the file
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Change the kept recipe of this id instead of adding one
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// Say what would be kept, keep nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write a kept recipe to standard output, for other people
    Export {
        /// Its id
        id: String,
    },
    /// Forget a kept recipe
    Delete {
        /// Its id
        id: String,
        /// Say what would be forgotten, forget nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// What a person knows better than a look at the file.
#[derive(Debug, Args)]
pub(crate) struct Shape {
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// The row of the column names, counted from 1; 0 when there is none
    #[arg(long, value_name = "N")]
    pub(crate) header_row: Option<u32>,
    /// What parts the cells of a text file
    #[arg(long, value_name = "SIGN")]
    pub(crate) delimiter: Option<String>,
}
