//! Builds without the feature `demo` have no sample world.

use std::path::{Path, PathBuf};

use wardroom_core::Error;

use crate::start::Start;
use crate::wire::DemoSignIn;

/// Nothing.
pub(crate) struct Demo;

#[allow(clippy::unused_self, clippy::unnecessary_wraps)] // The shape of `demo.rs`.
impl Demo {
    pub(crate) fn start(_: &Start) -> Result<Self, Error> {
        Ok(Self)
    }
    pub(crate) fn folder(&self) -> Option<&Path> {
        None
    }
    pub(crate) fn sign_in(&self) -> Option<DemoSignIn> {
        None
    }
    pub(crate) fn exposed_passwords(&self) -> Option<String> {
        None
    }
    pub(crate) fn sample(&self) -> Result<Option<PathBuf>, Error> {
        Ok(None)
    }
    pub(crate) fn end(&self) {}
}
