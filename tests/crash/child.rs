//! The process that is killed.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use wardroom_core::keys::Secret;

use crate::imports::QuickClock;

pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let [folder, staging] = arguments else { return ExitCode::from(2) };
    let mut session = String::new();
    std::io::stdin().read_line(&mut session).unwrap();
    let session = Secret::new(session.trim());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let locked = crate::desk(Path::new(folder)).locked(None).unwrap().unwrap();
        let unlocked = locked.resume(&session).await.unwrap();
        let clock = Arc::new(QuickClock::default());
        let sent = crate::imports::send_by(&unlocked, staging.parse().unwrap(), &clock).await;
        // As every program of ours ends: with the database closed. Its threads would else be at work while the C
        // library takes down what they use, and once in some hundred runs that ends in an abort.
        unlocked.lock().await.unwrap();
        match sent {
            Ok(receipt) => {
                println!("{} landed", receipt.landed);
                ExitCode::SUCCESS
            }
            Err(error) => {
                println!("{error}");
                ExitCode::FAILURE
            }
        }
    })
}
