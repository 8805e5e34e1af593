//! The one shared state: whose accounts are open, which files were chosen, which uploads run.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use wardroom_core::Error;
use wardroom_core::keys::{PasswordDoor, Secret};
use wardroom_core::model::{NetworkSettings, Status, UserId};
use wardroom_core::session::{Desk, Due, Locked, Moment, Presence, Sessions, Unlocked};

use crate::checks::Checks;
use crate::demo::Demo;
use crate::files::Files;
use crate::grids::Grids;
use crate::keeping::Keepers;
use crate::signing::Signing;
use crate::start::Start;
use crate::system;
use crate::uploads::{Switch, Uploads};
use crate::wire::SealedPassword;

/// Doors that may wait for their secret at the same time: an import of several files has one for each.
const DOORS: usize = 32;

/// What every command gets.
pub(crate) struct App {
    /// Every account of this machine, each in its own state.
    pub(crate) sessions: Sessions,
    /// The sign-in under way.
    pub(crate) signing: Signing,
    /// What keeps the lists true.
    pub(crate) keepers: Keepers,
    /// Whether the system can vouch for the person.
    pub(crate) presence: Box<dyn Presence>,
    /// Files by id.
    pub(crate) files: Files,
    /// Uploads that run now.
    pub(crate) uploads: Uploads,
    /// Reading files for a staging.
    pub(crate) staging: Switch,
    /// What was found out about staged imports.
    pub(crate) checks: Checks,
    /// The staging that is looked at.
    pub(crate) grids: Grids,
    /// The sample world, in demo builds.
    pub(crate) demo: Demo,
    /// Where the web view keeps its things; beside our own, so that one folder is all there is.
    pub(crate) web_folder: PathBuf,
    doors: Mutex<VecDeque<PasswordDoor>>,
}

impl App {
    /// Opens the data folder; the account used last is there, locked.
    pub(crate) fn open(start: Start) -> Result<Self, Error> {
        let demo = Demo::start(&start)?;
        let given = start.data_dir.as_deref().or(demo.folder()).map(Path::to_owned);
        let folder = given.unwrap_or_else(Desk::default_folder);
        let own_folder = start.data_dir.is_none();
        let desk = Desk::open(&folder, start.options)?;
        if let Some(base) = demo.exposed_passwords().filter(|_| own_folder) {
            // The sample world is asked, not the real one; a folder that was named keeps its own settings.
            let settings = NetworkSettings { exposed_passwords: Some(base), ..Default::default() };
            tauri::async_runtime::block_on(desk.set_network(settings, None))?;
        }
        let files = Files::default();
        files.wait_for(start.files);
        Ok(Self {
            sessions: Sessions::open(desk, Moment::now())?,
            signing: Signing::default(),
            keepers: Keepers::default(),
            // It keeps a connection to the system's bus, which wants the runtime around it.
            presence: tauri::async_runtime::block_on(async { system::presence() }),
            files,
            uploads: Uploads::default(),
            staging: Switch::default(),
            checks: Checks::default(),
            grids: Grids::default(),
            demo,
            web_folder: folder.join("web"),
            doors: Mutex::default(),
        })
    }

    /// Accounts on this machine.
    pub(crate) fn desk(&self) -> &Desk {
        self.sessions.desk()
    }

    /// What the frame shows.
    pub(crate) async fn status(&self) -> Result<Status, Error> {
        self.sessions.status().await
    }

    /// The pass for everything that needs keys: the visible account's.
    pub(crate) fn unlocked(&self) -> Result<Unlocked, Error> {
        self.sessions.unlocked()
    }

    /// The visible account, keys or not.
    pub(crate) fn locked(&self) -> Result<Locked, Error> {
        self.sessions.locked()
    }

    /// Goes on with these keys; other accounts stay as they are.
    pub(crate) async fn enter(&self, unlocked: Unlocked) -> Result<(), Error> {
        self.sessions.enter(unlocked, Moment::now()).await
    }

    /// Stops the visible account's uploads at their next safe point and wipes its keys.
    pub(crate) async fn lock(&self) -> Result<(), Error> {
        if let Some(user) = self.sessions.visible_user() {
            self.rest(user);
        }
        let locked = self.sessions.lock().await;
        // Once more: it may have been opened again before the keys were gone.
        self.grids.forget();
        locked
    }

    /// The same for every account.
    pub(crate) async fn lock_all(&self) -> Result<(), Error> {
        self.uploads.cancel_all();
        self.staging.cancel();
        self.checks.rest_all();
        self.keepers.stop_all();
        let locked = self.sessions.lock_all().await;
        self.grids.forget();
        locked
    }

    /// Forgets the visible account; another one on this machine comes forward.
    pub(crate) async fn sign_out(&self) -> Result<(), Error> {
        let user = self.sessions.visible_user().ok_or(Error::SignedOut)?;
        self.rest(user);
        self.sessions.sign_out(user).await
    }

    /// The program ends: everything is locked.
    pub(crate) async fn close(&self) {
        self.uploads.cancel_all();
        self.staging.cancel();
        self.checks.rest_all();
        self.keepers.stop_all();
        self.grids.forget();
        self.sessions.close().await;
        self.demo.end();
    }

    /// Nothing works for these accounts any more.
    pub(crate) fn rest_all(&self, due: &[Due]) {
        for due in due {
            self.rest(due.user);
        }
    }

    fn rest(&self, user: UserId) {
        self.uploads.cancel_of(user);
        self.checks.rest(user);
        self.keepers.stop(user);
        self.grids.forget();
    }

    /// Keeps the private half until one secret came through.
    pub(crate) fn keep_door(&self, door: PasswordDoor) {
        let mut doors = self.doors.lock().expect(NO_PANIC);
        doors.push_back(door);
        if doors.len() > DOORS {
            doors.pop_front();
        }
    }

    /// Opens a secret that was sealed for one of the last doors; that door is gone then.
    pub(crate) fn open_password(&self, sealed: &SealedPassword) -> Result<Secret, Error> {
        let mut doors = self.doors.lock().expect(NO_PANIC);
        let opened =
            doors.iter().enumerate().rev().find_map(|(place, door)| {
                Some((place, door.open(&sealed.key, &sealed.text).ok()?))
            });
        let too_late = || Error::Refused("the password came too late".to_owned());
        let (place, secret) = opened.ok_or_else(too_late)?;
        doors.remove(place);
        Ok(secret)
    }
}

/// Why a lock can be taken for granted.
pub(crate) const NO_PANIC: &str = "nothing that holds this lock can panic";
