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
    const client = await emptyClient(sandbox);
    await screen.lookIntoWaitingFile();
    await screen.stageFor(client.name);
    await screen.place("From LastPass");
    await screen.toSend();
    await screen.send();
    const unlocked = report("unlocked", window, needles);
    assert.ok("user key" in unlocked, "a search that cannot see a key in use would prove nothing");
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

/** Prints what each process holds; answers what the program's own does. */
function report(moment, window, needles) {
  const { own, web } = window.processes();
  const answers = [own, ...web].map(({ pid, name }) => {
    const { found, read } = findInMemory(pid, needles);
    console.log(`${moment}: ${name} (${Math.round(read / 2 ** 20)} MiB) holds ${summary(found)}`);
    return found;
  });
  return answers[0];
}

/** All clients' keys in one word: there are forty. */
function summary(found) {
  const names = Object.keys(found);
  const others = names.filter((name) => !name.startsWith("key of "));
  const clients = names.length - others.length;
  return [...others, ...(clients > 0 ? [`${clients} forms of clients' keys`] : [])].join(", ") || "nothing";
}
