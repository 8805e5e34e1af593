//! Stories: the promises of the program, told through core.

mod formats;
