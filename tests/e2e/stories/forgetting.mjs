// After lock the program's own memory holds neither the master password nor a key. The web engine's
// processes, where the password was typed, are measured as well and what is left there is said aloud.
import assert from "node:assert/strict";

import { keysOf } from "../keys.mjs";
import { findInMemory, keyNeedles, textNeedles } from "../memory.mjs";
import { openWindow } from "../window.mjs";
import { makeFolder, startSandbox, writeLastPass } from "../world.mjs";
import { emptyClient } from "./main-job.mjs";

export async function forgetting() {
  const sandbox = await startSandbox();
  const { folder, remove } = makeFolder();
  const [admin] = sandbox.accounts;
  const needles = {
    ...textNeedles("the master password", admin.password),
    ...keyNeedles(await keysOf(sandbox.url, admin.email, admin.password)),
  };
  const file = writeLastPass(folder, { rows: 300, marker: "x" });
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url, files: [file] });
  const { screen } = window;
  try {
    await screen.signIn(admin);
    await screen.toClients();
    assertCanSee(window, sandbox);
    const client = await emptyClient(sandbox);
    await screen.lookIntoWaitingFile();
    await screen.stageFor(client.name);
    await screen.place("From LastPass");
    await screen.toSend();
    await screen.send();
    report("unlocked", window, needles);
    await screen.lock();
    assert.deepEqual(report("locked", window, needles), {}, "the program must forget on lock");

    await screen.unlock(admin.password);
    await screen.toClients();
    await screen.lock();
    assert.deepEqual(report("locked again", window, needles), {}, "unlocking must leave nothing either");
  } finally {
    await window.close();
    await sandbox.stop();
    remove();
  }
}

/** A search that could not find anything would prove nothing: it must see what is surely there. */
function assertCanSee(window, sandbox) {
  const sure = textNeedles("the server's address", sandbox.url);
  const { found } = findInMemory(window.processes().own.pid, sure);
  assert.ok(Object.keys(found).length > 0, "the search sees the program's memory");
}

/** Prints what each process holds; answers what the program's own does. */
function report(moment, window, needles) {
  const { own, web } = window.processes();
  const answers = [own, ...web].map(({ pid, name }) => {
    const { found, read } = findInMemory(pid, needles);
    const words = Object.entries(found).map(([what, times]) => `${what} ×${times}`);
    console.log(`${moment}: ${name} (${Math.round(read / 2 ** 20)} MiB): ${words.join(", ") || "nothing"}`);
    return found;
  });
  return answers[0];
}
