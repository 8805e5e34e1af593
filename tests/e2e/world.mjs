// What surrounds the window in a story: the fake server, the data folder, the files a person would bring.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const built = process.env.WARDROOM_E2E_BUILT;
export const programs = {
  window: join(built, "wardroom"),
  terminal: join(built, "wardroomctl"),
  sandbox: join(built, "wardroom-sandbox"),
};

/** A running `wardroom-sandbox`: `url`, `accounts` as it prints them, and `stop()`. */
export async function startSandbox(...options) {
  const program = spawn(programs.sandbox, ["--port", "0", "--json", "--exit-with-parent", ...options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: program.stdout });
  const [first] = await Promise.race([once(lines, "line"), once(program, "exit").then(() => [])]);
  if (first === undefined) throw new Error("the sandbox ended before it said where it is");
  const stop = async () => {
    program.stdin.end();
    if (program.exitCode === null) await once(program, "exit");
  };
  return { ...JSON.parse(first), stop };
}

function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
}

/** A fresh folder for a story; `remove()` takes it away. */
export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "wardroom-story-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A LastPass export as its browser extension writes it; every secret starts with `marker`. */
export function writeLastPass(folder, { rows, marker }) {
  const lines = ["url,username,password,totp,extra,name,grouping,fav"];
  for (let row = 1; row <= rows; row += 1) {
    const group = ["Servers", "Network\\Switches", "Office", ""][row % 4];
    lines.push(`https://host${row}.acme.example,admin${row}@acme.example,${marker}-${row},,,Host ${row},${group},0`);
  }
  const file = join(folder, "lastpass_export.csv");
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  return file;
}
