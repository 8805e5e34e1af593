//! Unlocking against the bare key derivation: what remains is opening the keys and the database.

mod desk;

use desk::{Scene, Times, report};
use wardroom_core::keys::{Kdf, MasterKey, Secret};

const ROUNDS: usize = 15;

#[tokio::main]
async fn main() {
    // `cargo test --benches` starts this program as well: there is nothing to measure then.
    if std::env::var_os("WARDROOM_BENCH_FILE").is_none() {
        return;
    }
    let scene = Scene::open().await;
    let (admin, mut unlocked) = scene.sign_in().await;
    // What the sandbox gives its admin; a wrong guess would show as a floor of another height.
    let kdf = Kdf::new(0, 600_000, None, None).expect("the settings of new accounts");

    let (mut floor, mut ours) = (Times::default(), Times::default());
    for _ in 0..ROUNDS {
        let password = Secret::new(admin.password.clone());
        floor.take(async || derive(password, admin.email.clone(), kdf).await).await;
        let locked = unlocked.lock().await.expect("it was unlocked");
        let password = Secret::new(admin.password.clone());
        unlocked = ours.take(async || locked.unlock(password).await.expect("it fits")).await;
    }
    report("unlock: time, against the bare key derivation", &floor, &ours, 1.15);
}

/// Off the async threads, as unlocking does it.
async fn derive(password: Secret, salt: String, kdf: Kdf) {
    let work = move || MasterKey::derive(&password, &salt, &kdf).map(drop);
    let derived = tokio::task::spawn_blocking(work).await.expect("deriving does not panic");
    derived.expect("the settings are accepted");
}
