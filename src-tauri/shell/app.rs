//! The one shared state: who is signed in, which files were chosen, which uploads run.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tokio::sync::RwLock;
use wardroom_core::Error;
use wardroom_core::keys::{PasswordDoor, Secret};
use wardroom_core::model::Status;
use wardroom_core::session::{Desk, Locked, Session, Unlocked};

use crate::demo::Demo;
use crate::files::Files;
use crate::start::Start;
use crate::uploads::Uploads;
use crate::wire::SealedPassword;

/// What every command gets.
pub(crate) struct App {
    /// Accounts on this machine.
    pub(crate) desk: Desk,
    /// Files by id.
    pub(crate) files: Files,
    /// Uploads that run now.
    pub(crate) uploads: Uploads,
    /// The sample world, in demo builds.
    pub(crate) demo: Demo,
    /// Where the web view keeps its things; beside our own, so that one folder is all there is.
    pub(crate) web_folder: PathBuf,
    session: RwLock<Session>,
    door: Mutex<Option<PasswordDoor>>,
}

impl App {
    /// Opens the data folder; the account used last is there, locked.
    pub(crate) fn open(start: Start) -> Result<Self, Error> {
        let demo = Demo::start(&start)?;
        let given = start.data_dir.as_deref().or(demo.folder()).map(Path::to_owned);
        let folder = given.unwrap_or_else(Desk::default_folder);
        let desk = Desk::open(&folder, start.options)?;
        let session = last_used(&desk)?;
        let files = Files::default();
        files.wait_for(start.files);
        Ok(Self {
            desk,
            files,
            uploads: Uploads::default(),
            demo,
            web_folder: folder.join("web"),
            session: RwLock::new(session),
            door: Mutex::default(),
        })
    }

    /// What the frame shows.
    pub(crate) async fn status(&self) -> Result<Status, Error> {
        let session = self.session.read().await.clone();
        self.desk.status(&session).await
    }

    /// The pass for everything that needs keys.
    pub(crate) async fn unlocked(&self) -> Result<Unlocked, Error> {
        match &*self.session.read().await {
            Session::SignedOut => Err(Error::SignedOut),
            Session::Locked(_) => Err(Error::Locked),
            Session::Unlocked(unlocked) => Ok(unlocked.clone()),
        }
    }

    /// The account in use, keys or not.
    pub(crate) async fn locked(&self) -> Result<Locked, Error> {
        match &*self.session.read().await {
            Session::SignedOut => Err(Error::SignedOut),
            Session::Locked(locked) => Ok(locked.clone()),
            Session::Unlocked(unlocked) => {
                let email = unlocked.account().email.as_str();
                self.desk.locked(Some(email))?.ok_or(Error::SignedOut)
            }
        }
    }

    /// Goes on with these keys; others that were in memory are wiped first.
    pub(crate) async fn enter(&self, unlocked: Unlocked) -> Result<(), Error> {
        self.lock().await?;
        *self.session.write().await = Session::Unlocked(unlocked);
        Ok(())
    }

    /// Stops uploads at their next safe point and wipes the keys.
    pub(crate) async fn lock(&self) -> Result<(), Error> {
        self.uploads.cancel_all();
        let mut session = self.session.write().await;
        if let Session::Unlocked(unlocked) = &*session {
            let locked = unlocked.lock().await?;
            *session = Session::Locked(locked);
        }
        Ok(())
    }

    /// Forgets the account in use; another one on this machine comes forward, locked.
    pub(crate) async fn sign_out(&self) -> Result<(), Error> {
        self.lock().await?;
        self.locked().await?.sign_out().await?;
        *self.session.write().await = last_used(&self.desk)?;
        Ok(())
    }

    /// Keeps the private half until one password came through.
    pub(crate) fn keep_door(&self, door: PasswordDoor) {
        *self.door.lock().expect(NO_PANIC) = Some(door);
    }

    /// Opens a password that was sealed for the last door; the door is gone then.
    pub(crate) fn open_password(&self, sealed: &SealedPassword) -> Result<Secret, Error> {
        let door = self.door.lock().expect(NO_PANIC).take();
        let door = door.ok_or_else(|| Error::Refused("the password came too late".to_owned()))?;
        Ok(door.open(&sealed.key, &sealed.text)?)
    }
}

/// Why a lock can be taken for granted.
pub(crate) const NO_PANIC: &str = "nothing that holds this lock can panic";

fn last_used(desk: &Desk) -> Result<Session, Error> {
    Ok(desk.locked(None)?.map_or(Session::SignedOut, Session::Locked))
}
