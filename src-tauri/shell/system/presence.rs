//! The system's word that the person is there, for core's trait.

#[cfg(all(feature = "presence", any(windows, target_os = "macos")))]
#[path = "presence_native.rs"]
mod native;

use wardroom_core::session::Presence;

/// What this system and this build have. Call it inside the runtime.
pub(crate) fn presence() -> Box<dyn Presence> {
    #[cfg(all(feature = "presence", target_os = "linux"))]
    return Box::new(super::linux::polkit::Polkit::start(super::linux::Bus::System));
    #[cfg(all(feature = "presence", any(windows, target_os = "macos")))]
    return Box::new(native::Native);
    #[cfg(not(all(
        feature = "presence",
        any(target_os = "linux", windows, target_os = "macos")
    )))]
    return Box::new(wardroom_core::session::NoPresence);
}
