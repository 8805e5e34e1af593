//! The network settings of this machine: `network.json`, the proxy's password in the keyring, and the route
//! made of both.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::blocking::blocking;
use super::folder::{self, Folder};
use super::{Desk, Unlocked};
use crate::keys::{Keyring, Secret};
use crate::model::{
    NetworkSettings, NetworkState, ProxyPassword, ProxySettings, parse_proxy_address,
    parse_service_address,
};
use crate::server::{
    EXPOSED_PASSWORDS, ExposedPasswords, FetchPassword, Network, ProxyWay, Roots, Route, TlsTrouble,
};
use crate::{Error, store};

/// How this desk reaches servers.
#[derive(Debug)]
pub(super) struct Way {
    /// What its links use.
    pub(super) network: Arc<Network>,
    settings: Mutex<NetworkSettings>,
    /// Named when the program was started; trusted whatever the settings say.
    at_start: Option<(PathBuf, Roots)>,
    password: Arc<Password>,
}

impl Way {
    /// Follows the settings on disk. What is wrong with them must not keep the program from starting, or
    /// nobody could mend them: it is told by [`Desk::network`] and by every request.
    pub(super) fn open(
        folder: &Folder,
        ca_cert: Option<&Path>,
        keyring: Arc<OnceLock<Keyring>>,
    ) -> Result<Self, Error> {
        let at_start = match ca_cert {
            Some(path) => Some((path.to_owned(), read_roots(path)?)),
            None => None,
        };
        let settings = read(folder)?;
        let password = Password { folder: folder.clone(), keyring, memory: Mutex::default() };
        let way = Self {
            network: Arc::default(),
            settings: Mutex::new(settings.clone()),
            at_start,
            password: Arc::new(password),
        };
        way.network.change(way.route(&settings));
        Ok(way)
    }

    fn settings(&self) -> MutexGuard<'_, NetworkSettings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn route(&self, settings: &NetworkSettings) -> Route {
        let at_start = self.at_start.as_ref().map(|(_, roots)| roots.clone()).unwrap_or_default();
        let roots = match settings.ca_cert.as_deref().map(read_roots) {
            None => Ok(at_start),
            Some(Ok(own)) => Ok(at_start.and(own)),
            Some(Err(_)) => Err(TlsTrouble::CaFile),
        };
        let proxy = match &settings.proxy {
            ProxySettings::System => ProxyWay::System,
            ProxySettings::None => ProxyWay::None,
            ProxySettings::Manual { address, user } => ProxyWay::Manual {
                address: address.clone(),
                user: user.clone().map(|user| (user, self.password.fetch())),
            },
        };
        Route { roots, proxy }
    }
}

impl Desk {
    /// The network settings in force.
    pub async fn network(&self) -> NetworkState {
        let way = &self.0.way;
        let settings = way.settings().clone();
        let asks = matches!(&settings.proxy, ProxySettings::Manual { user: Some(_), .. });
        let password = Arc::clone(&way.password);
        let proxy_password =
            if asks { blocking(move || password.place()).await } else { ProxyPassword::None };
        NetworkState {
            problem: way.route(&settings).roots.err().map(|trouble| trouble.to_string()),
            proxy_password,
            ca_cert_at_start: way.at_start.as_ref().map(|(path, _)| path.clone()),
            settings,
        }
    }

    /// Changes them: on disk, and for every request from now on, of unlocked accounts too.
    ///
    /// `proxy_password` replaces the one that is kept; an empty one forgets it. `None` keeps it, but only for
    /// the same user at the same proxy: another proxy must not learn it.
    pub async fn set_network(
        &self,
        settings: NetworkSettings,
        proxy_password: Option<Secret>,
    ) -> Result<NetworkState, Error> {
        let (desk, settings) = (self.clone(), checked(settings)?);
        blocking(move || {
            let way = &desk.0.way;
            let before = way.settings().clone();
            way.password.follow(&before, &settings, proxy_password);
            write(&desk.0.folder, &settings)?;
            way.network.change(way.route(&settings));
            *way.settings() = settings;
            Ok::<_, Error>(())
        })
        .await?;
        Ok(self.network().await)
    }
}

impl Unlocked {
    /// The service that knows exposed passwords. Opens nothing before the first question.
    #[must_use]
    pub fn exposed_passwords(&self) -> ExposedPasswords {
        let way = &self.0.locked.desk.0.way;
        let settings = way.settings();
        let base = settings.exposed_passwords.as_deref().unwrap_or(EXPOSED_PASSWORDS);
        ExposedPasswords::new(base, Arc::clone(&way.network))
    }
}

/// In the form they are kept in, when they can be followed.
fn checked(settings: NetworkSettings) -> Result<NetworkSettings, Error> {
    let ca_cert = match settings.ca_cert {
        Some(path) if path.as_os_str().is_empty() => None,
        Some(path) => {
            read_roots(&path)
                .map_err(|_| Error::Refused("the CA file holds no PEM certificate".into()))?;
            // The next start may be in another folder.
            Some(std::path::absolute(path).map_err(store::Error::Folder)?)
        }
        None => None,
    };
    let proxy = match settings.proxy {
        ProxySettings::Manual { address, user } => ProxySettings::Manual {
            address: parse_proxy_address(&address)
                .map_err(|error| Error::Refused(error.to_string()))?,
            user: user.map(|user| user.trim().to_owned()).filter(|user| !user.is_empty()),
        },
        other => other,
    };
    let typed = settings.exposed_passwords.filter(|typed| !typed.trim().is_empty());
    let exposed_passwords = typed.map(|typed| parse_service_address(&typed)).transpose()?;
    Ok(NetworkSettings { ca_cert, proxy, exposed_passwords })
}

/// The proxy's password: in the keyring, or in memory where there is none.
#[derive(Debug)]
struct Password {
    folder: Folder,
    keyring: Arc<OnceLock<Keyring>>,
    /// Where the keyring cannot have it.
    memory: Mutex<Option<Secret>>,
}

impl Password {
    fn fetch(self: &Arc<Self>) -> FetchPassword {
        let own = Arc::clone(self);
        Box::new(move || {
            let own = Arc::clone(&own);
            Box::pin(blocking(move || own.load().map(|(password, _)| password)))
        })
    }

    fn keyring(&self) -> &Keyring {
        self.keyring.get_or_init(Keyring::system)
    }

    /// Of this data folder alone: there may be several on one machine.
    fn name(&self) -> Option<String> {
        Some(format!("proxy.{}", self.folder.device().ok()?))
    }

    fn memory(&self) -> MutexGuard<'_, Option<Secret>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn load(&self) -> Option<(Secret, ProxyPassword)> {
        if let Some(password) = self.memory().clone() {
            return Some((password, ProxyPassword::UntilQuit));
        }
        let kept = self.keyring().load_secret(&self.name()?).ok()??;
        Some((kept, ProxyPassword::Keyring))
    }

    fn place(&self) -> ProxyPassword {
        self.load().map_or(ProxyPassword::None, |(_, place)| place)
    }

    /// From one state of the settings to the next.
    fn follow(&self, before: &NetworkSettings, now: &NetworkSettings, given: Option<Secret>) {
        let asked_for = matches!(&now.proxy, ProxySettings::Manual { user: Some(_), .. });
        match given.filter(|_| asked_for) {
            Some(password) if password.is_empty() => self.forget(),
            Some(password) => self.keep(password),
            None if asked_for && before.proxy == now.proxy => {}
            // Asking a keyring that was never needed may put a prompt before somebody who has no proxy.
            None if matches!(&before.proxy, ProxySettings::Manual { .. }) => self.forget(),
            None => {}
        }
    }

    fn keep(&self, password: Secret) {
        let kept = self.name().is_some_and(|name| {
            let keyring = self.keyring();
            keyring.save_secret(&name, &password).is_ok()
                && keyring.load_secret(&name).is_ok_and(|kept| kept.is_some())
        });
        *self.memory() = (!kept).then_some(password);
    }

    fn forget(&self) {
        *self.memory() = None;
        let Some(name) = self.name() else { return };
        if let Err(error) = self.keyring().delete(&name)
            && !matches!(error, crate::keys::Error::NoKeyring)
        {
            tracing::warn!(%error, "the proxy's password stays in the keyring");
        }
    }
}

fn read(folder: &Folder) -> Result<NetworkSettings, Error> {
    let json = match fs::read(folder.network()) {
        Ok(json) => json,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(NetworkSettings::default()),
        Err(error) => return Err(store::Error::Folder(error).into()),
    };
    Ok(serde_json::from_slice(&json).unwrap_or_else(|_| {
        tracing::warn!("network.json could not be read; the system's settings are used");
        NetworkSettings::default()
    }))
}

fn write(folder: &Folder, settings: &NetworkSettings) -> Result<(), Error> {
    let json = serde_json::to_vec_pretty(settings)
        .map_err(|_| Error::Refused("this path cannot be written down".into()))?;
    Ok(folder::write(&folder.network(), &json).map_err(store::Error::Folder)?)
}

fn read_roots(path: &Path) -> Result<Roots, Error> {
    let pem = fs::read(path).map_err(store::Error::Folder)?;
    Roots::parse(&pem).ok_or_else(|| Error::Refused("the CA file holds no PEM certificate".into()))
}
