// `wardroomctl` at its end: keys and password are gone before the answer is printed.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, readSync, readdirSync, writeFileSync, writeSync } from "node:fs";

import { keysOf } from "../keys.mjs";
import { findInMemory, keyNeedles, textNeedles } from "../memory.mjs";
import { until } from "../wait.mjs";
import { makeFolder, programs, startSandbox } from "../world.mjs";

export async function terminal() {
  const sandbox = await startSandbox();
  const { folder, remove } = makeFolder();
  try {
    const [admin] = sandbox.accounts;
    const password = `${folder}/password`;
    writeFileSync(password, admin.password, { mode: 0o600 });
    const env = { ...process.env, WARDROOM_DATA_DIR: `${folder}/data`, WARDROOM_KEYRING: "off" };
    const needles = {
      ...textNeedles("the master password", admin.password),
      ...keyNeedles(await keysOf(sandbox.url, admin.email, admin.password)),
    };
    const login = ["login", "--server", sandbox.url, "--email", admin.email];
    for (const verb of [login, ["sync"], ["clients", "list"]]) {
      const words = [...verb, "--json", "--password-file", password];
      const { found, text } = await lookAtItsEnd(words, env, folder, needles);
      assert.deepEqual(found, {}, `${verb[0]} must have forgotten everything before it prints`);
      assert.ok(JSON.parse(text), `${verb[0]} printed its answer afterwards`);
    }
  } finally {
    await sandbox.stop();
    remove();
  }
}

/** Runs it against a full pipe, so that it waits in the middle of printing, and reads its memory there. */
async function lookAtItsEnd(words, env, folder, needles) {
  const pipe = `${folder}/pipe-${words[0]}`;
  execFileSync("mkfifo", [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const filler = fill(pipe);
  const output = openSync(pipe, "w");
  const program = spawn(programs.terminal, words, { env, stdio: ["ignore", output, "inherit"] });
  const ended = new Promise((resolve) => program.once("exit", resolve));
  closeSync(output);
  await until(`${words[0]} to print`, () => {
    if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode}`);
    return isPrinting(program.pid);
  });
  const { found } = findInMemory(program.pid, needles);
  const chunks = [];
  const drain = () => void readAvailable(reader, chunks);
  await until(`${words[0]} to end`, () => (drain(), program.exitCode !== null));
  assert.equal(await ended, 0);
  drain();
  closeSync(reader);
  return { found, text: Buffer.concat(chunks).subarray(filler).toString() };
}

/** Writes blanks until there is no room; answers how many. */
function fill(pipe) {
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const blanks = Buffer.alloc(4096, " ");
  let written = 0;
  try {
    for (;;) written += writeSync(writer, blanks);
  } catch (error) {
    assert.equal(error.code, "EAGAIN");
  }
  closeSync(writer);
  return written;
}

/** Whether a thread of it is inside write(2) to standard output (proc(5), `syscall`). */
function isPrinting(pid) {
  const write = process.arch === "arm64" ? "64" : "1";
  return readdirSync(`/proc/${pid}/task`).some((thread) => {
    const [call, file] = readFileSync(`/proc/${pid}/task/${thread}/syscall`, "utf8").split(" ");
    return call === write && file === "0x1";
  });
}

function readAvailable(file, chunks) {
  const buffer = Buffer.alloc(65_536);
  try {
    for (let size; (size = readSync(file, buffer)) > 0; ) chunks.push(Buffer.from(buffer.subarray(0, size)));
  } catch (error) {
    assert.equal(error.code, "EAGAIN");
  }
}
