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
        match crate::imports::send_by(&unlocked, staging.parse().unwrap(), &clock).await {
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
