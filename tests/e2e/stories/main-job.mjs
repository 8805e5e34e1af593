// From sign-in to receipt, lock and unlock, then a restart without the server: the list is still there.
import assert from "node:assert/strict";

import { openWindow } from "../window.mjs";
import { makeFolder, startSandbox, writeLastPass } from "../world.mjs";

const ITEMS = 60;

export async function mainJob() {
  const sandbox = await startSandbox();
  const { folder, remove } = makeFolder();
  try {
    const export_ = writeLastPass(folder, { rows: ITEMS, marker: "Tr0ub4dor" });
    await importOnce(sandbox, folder, export_);
    await sandbox.stop();
    await stayWithoutServer(sandbox, folder);
  } finally {
    await sandbox.stop();
    remove();
  }
}

async function importOnce(sandbox, folder, file) {
  const [admin] = sandbox.accounts;
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url, files: [file] });
  const { screen, picture } = window;
  try {
    await picture("01-sign-in");
    await screen.signIn(admin);
    await screen.toClients();
    assert.equal(await screen.clientCount(), 40, "the sample provider has forty clients");
    await picture("02-clients");

    const client = await emptyClient(sandbox);
    await screen.lookIntoWaitingFile();
    await picture("03-file");
    await screen.stageFor(client.name);
    await picture("04-look");
    await screen.place("From LastPass");
    await picture("05-place");
    await screen.toSend();
    await picture("06-plan");
    const receipt = await screen.send();
    await picture("07-receipt");
    assert.match(receipt, new RegExp(`${ITEMS} items are on the server`), "the receipt counts them all");
    const { items, duplicates, unreadable } = await contents(sandbox, client.id);
    assert.deepEqual({ items, duplicates, unreadable }, { items: ITEMS, duplicates: 0, unreadable: 0 });

    await screen.lock();
    await picture("08-locked");
    await screen.unlock(admin.password);
    await screen.toClients();
  } finally {
    await window.close();
  }
}

async function stayWithoutServer(sandbox, folder) {
  const [admin] = sandbox.accounts;
  const window = await openWindow({ data: `${folder}/data`, server: sandbox.url });
  const { screen, picture } = window;
  try {
    await screen.unlock(admin.password);
    await screen.toClients();
    await picture("09-offline");
    assert.equal(await screen.clientCount(), 40, "the list stays when the server goes");
    assert.match(await screen.offlineBar(), /read (as of )?\S+/, "the bar says how old the list is");
  } finally {
    await window.close();
  }
}

/** A client nothing was imported into yet, so that counting needs no subtraction. */
export async function emptyClient(sandbox) {
  const answer = await fetch(`${sandbox.url}/sandbox/organizations`);
  for (const client of await answer.json()) {
    if ((await contents(sandbox, client.id)).items === 0) return client;
  }
  throw new Error("every client of the sample provider holds items");
}

export async function contents(sandbox, id) {
  return await (await fetch(`${sandbox.url}/sandbox/state/${id}`)).json();
}
