//! The sandbox as a program: `wardroom-sandbox --json` prints where it listens and who can sign in.
#![allow(clippy::print_stdout, reason = "its first line of output is its interface")]

use std::io::{Read, Write};
use std::time::Duration;

use clap::Parser;
use serde_json::json;
use wardroom_sandbox::{Options, Sandbox};

/// A fake Bitwarden server with a demo company, for trying Wardroom out and for its tests.
#[derive(Parser)]
#[command(version)]
#[allow(clippy::struct_excessive_bools, reason = "switches of a command line")]
struct Arguments {
    /// Port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Client organizations of the demo provider.
    #[arg(long, default_value_t = 40)]
    clients: usize,
    /// Members of each client; 0 keeps a believable mix.
    #[arg(long, default_value_t = 0)]
    members: usize,
    /// The same number makes the same world.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds an access token lasts.
    #[arg(long, default_value_t = 3600)]
    token_seconds: u64,
    /// Largest request body in bytes; the official client sends an import in one piece.
    #[arg(long, default_value_t = 30_000_000)]
    body_limit: usize,
    /// Have no count limits on imports, as self-hosted servers.
    #[arg(long)]
    self_hosted: bool,
    /// Answer failed sign-ins at once instead of two seconds late.
    #[arg(long)]
    no_delay: bool,
    /// Limit signing in as the cloud does: ten tries a minute.
    #[arg(long)]
    limit_sign_ins: bool,
    /// Behave as Vaultwarden: no providers, its words, its numbers.
    #[arg(long)]
    vaultwarden: bool,
    /// Print one line of JSON with the address and the accounts.
    #[arg(long)]
    json: bool,
    /// Write the certificate authority behind `secureUrl` to this file, for clients that insist on TLS.
    #[arg(long)]
    authority: Option<std::path::PathBuf>,
    /// Stop when standard input closes, so that nothing stays behind when the starter dies.
    #[arg(long)]
    exit_with_parent: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let sandbox = Sandbox::start(Options {
        port: arguments.port,
        clients: arguments.clients,
        members: arguments.members,
        seed: arguments.seed,
    })
    .await?;
    sandbox.set_access_token_lifetime(Duration::from_secs(arguments.token_seconds));
    sandbox.set_body_limit(arguments.body_limit);
    sandbox.delay_failures((!arguments.no_delay).then_some(Duration::from_secs(2)));
    sandbox.limit_sign_ins(arguments.limit_sign_ins);
    if arguments.self_hosted {
        sandbox.be_self_hosted();
    }
    if arguments.vaultwarden {
        sandbox.be_vaultwarden();
    }
    if let Some(file) = arguments.authority {
        std::fs::write(file, Sandbox::authority())?;
    }
    announce(&sandbox, arguments.json)?;
    if arguments.exit_with_parent {
        let (closed, until_closed) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut nothing = Vec::new();
            let _ = std::io::stdin().read_to_end(&mut nothing);
            let _ = closed.send(());
        });
        let _ = until_closed.await;
    } else {
        let _ = tokio::signal::ctrl_c().await;
    }
    sandbox.go_down().await;
    Ok(())
}

fn announce(sandbox: &Sandbox, as_json: bool) -> std::io::Result<()> {
    let accounts = sandbox.accounts();
    if as_json {
        println!(
            "{}",
            json!({ "url": sandbox.url(), "secureUrl": sandbox.secure_url(), "accounts": accounts, "sso": sandbox.sso_accounts() })
        );
    } else {
        println!("Listening on {}", sandbox.url());
        for account in accounts {
            println!("{:<15} {:<28} {}", account.role, account.email, account.password);
        }
    }
    // A pipe would hold the line back.
    std::io::stdout().flush()
}
