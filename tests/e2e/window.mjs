// The program under test, as it is started here: its own data folder, a server from outside.
import { readFileSync } from "node:fs";

import { Screen } from "./screen.mjs";
import { Driver } from "./webdriver.mjs";
import { descendants } from "./memory.mjs";
import { until } from "./wait.mjs";
import { programs } from "./world.mjs";

/**
 * Whether a process still runs. One that ended stays listed until somebody asks how: when the driver ends first,
 * that is left to the machine's first process, which in a container may take its time.
 */
function runs(pid) {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")[0];
    return state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

/** Opens the window; `screen` is what a person does in it. */
export async function openWindow({ data, server, files = [] }) {
  const env = { WARDROOM_DATA_DIR: data, ...(server ? { WARDROOM_SERVER: server } : {}) };
  const driver = await Driver.start(programs.window, { env, args: files });
  const processes = () => {
    const below = descendants(driver.program.pid);
    const own = below.find((one) => one.name === "wardroom");
    return { own, web: below.filter((one) => one.name.startsWith("WebKitWeb")) };
  };
  return {
    screen: new Screen(driver),
    picture: (name) => driver.picture(`${process.env.WARDROOM_E2E_PICTURES}/${name}.png`),
    /** The program's own process, and those of its web engine. */
    processes,
    /** Closes it and waits until it is gone: the next start needs the data folder. */
    close: async () => {
      const { own } = processes();
      await driver.quit();
      await until("the window's process to end", () => !own || !runs(own.pid));
    },
  };
}
