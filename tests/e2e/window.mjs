// The program under test, as it is started here: its own data folder, a server from outside.
import { Screen } from "./screen.mjs";
import { Driver } from "./webdriver.mjs";
import { descendants } from "./memory.mjs";
import { programs } from "./world.mjs";

/** Opens the window; `screen` is what a person does in it. */
export async function openWindow({ data, server, files = [] }) {
  const env = { WARDROOM_DATA_DIR: data, ...(server ? { WARDROOM_SERVER: server } : {}) };
  const driver = await Driver.start(programs.window, { env, args: files });
  return {
    screen: new Screen(driver),
    picture: (name) => driver.picture(`${process.env.WARDROOM_E2E_PICTURES}/${name}.png`),
    /** The program's own process, and those of its web engine. */
    processes: () => {
      const below = descendants(driver.program.pid);
      const own = below.find((one) => one.name === "wardroom");
      return { own, web: below.filter((one) => one.name.startsWith("WebKitWeb")) };
    },
    close: () => driver.quit(),
  };
}
