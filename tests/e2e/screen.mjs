// What a person sees and does, in their words. Every name the page must keep is in this file.
import { until } from "./wait.mjs";

const id = (name) => `//*[@id='${name}']`;
const button = (words) => `//button[normalize-space()='${words}']`;
const CLIENT_ROWS = `${id("clients-table")}//*[@role='row'][@aria-rowindex>1]`;
const firstOption = (picker) =>
  `(${id(`${picker}-list`)}//*[@role='option'][not(@aria-disabled='true')])[1]`;

/** One window, through a `Driver`. */
export class Screen {
  constructor(driver) {
    this.driver = driver;
  }

  async signIn({ email, password }) {
    // Filled in from WARDROOM_SERVER once the page has asked for it; typing before would be overwritten.
    await until("the server's address is filled in", () => this.#value("server-address"));
    await this.driver.type(id("email"), email);
    await this.driver.typeSecret(id("password"), password);
    await this.driver.click(id("sign-in"));
    await this.driver.find(id("lock"));
  }
  /** As far as the server's first question. */
  async beginSignIn({ email, password }) {
    await until("the server's address is filled in", () => this.#value("server-address"));
    await this.driver.type(id("email"), email);
    await this.driver.typeSecret(id("password"), password);
    await this.driver.click(id("sign-in"));
  }
  /** Six digits; the form sends itself with the last one. */
  async typeCode(code) {
    await until("the field takes a code", async () => (await this.#value("code")) === "");
    await this.driver.type(id("code"), code);
  }
  async codeTrouble() {
    return await until("the code is refused", () => this.driver.text(id("code-note")));
  }
  /** An account is open: there is something to lock. */
  async isOpen() {
    await this.driver.find(id("lock"));
  }
  async setPin(pin) {
    await this.driver.click(id("nav-settings"));
    await this.driver.click(id("set-pin"));
    await this.driver.typeSecret(id("new-pin"), pin);
    await this.driver.click(id("save-pin"));
    await this.driver.find(id("clear-pin"));
  }
  /** Ctrl+L, as the page hears it. */
  async lockByKey() {
    await this.driver.toNewWindow(() =>
      this.driver.inPage(() => {
        const key = { key: "l", code: "KeyL", ctrlKey: true, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent("keydown", key));
      }),
    );
    await this.driver.find(id("unlock"));
  }
  async unlockWithPin(pin) {
    await this.driver.typeSecret(id("password"), pin);
    await this.driver.click(id("unlock"));
    await this.isOpen();
  }
  async addAccount({ email, password }, server) {
    await this.driver.click(id("account"));
    await this.driver.click(id("add-account"));
    await this.driver.click("//label[.//*[@id='region-own']]");
    await this.driver.type(id("server-address"), server);
    await this.driver.type(id("email"), email);
    await this.driver.typeSecret(id("password"), password);
    await this.driver.click(id("sign-in"));
    await until("the new account is in view", async () => (await this.accountShown()).includes(email));
  }
  /** The account in view, as it is read out. */
  async accountShown() {
    // In one go: the frame is drawn anew for another account.
    return await this.driver.inPage(
      () => document.getElementById("account")?.getAttribute("aria-label") ?? "",
    );
  }
  async switchTo(email) {
    await this.driver.click(id("account"));
    await this.driver.click(`${id("account-menu")}//button[contains(., '${email}')]`);
    await until("the other account is in view", async () => (await this.accountShown()).includes(email));
  }
  /** Everything the page says. */
  async words() {
    return await this.driver.words("//body");
  }
  /** The sign-in as a demo fills it in. */
  async signInAsFilledIn() {
    await until("the demo's password is filled in", () => this.#value("password"));
    return () => this.driver.click(id("sign-in"));
  }
  async lock() {
    await this.driver.toNewWindow(() => this.driver.click(id("lock")));
    await this.driver.find(id("unlock"));
  }
  async unlock(password) {
    await this.driver.typeSecret(id("password"), password);
    await this.driver.click(id("unlock"));
    await this.driver.find(id("lock"));
  }

  async toClients() {
    await this.driver.click(id("nav-clients"));
    await this.driver.find(CLIENT_ROWS);
    await this.isUpToDate();
  }
  /** Waits for the refresh that every unlocking starts, however it ends. */
  async isUpToDate() {
    await this.driver.find(`${id("refresh")}[not(@disabled)]`);
  }
  /** Clients in the whole list, drawn or not. */
  async clientCount() {
    const rows = await this.driver.attribute(id("clients-table"), "aria-rowcount");
    return Number(rows) - 1;
  }
  async drawnClients() {
    return (await this.driver.all(CLIENT_ROWS)).length;
  }
  async offlineBar() {
    return await this.driver.text(id("offline-bar"));
  }
  async search(words) {
    await this.driver.type(id("clients-search"), words);
  }
  /** Scrolls the list from end to end; answers how long each frame took, in milliseconds. */
  async scrollThrough(frames) {
    return await this.driver.inPageLater(
      (frames, done) => {
        const list = document.getElementById("clients-table");
        const times = [];
        let last = performance.now();
        const step = (now) => {
          times.push(now - last);
          last = now;
          list.scrollTop += list.scrollHeight / frames;
          if (times.length < frames) requestAnimationFrame(step);
          else done(times.slice(1).map(Math.round));
        };
        requestAnimationFrame(step);
      },
      frames,
    );
  }
  /** The name of the last client that is drawn. */
  async lastClient() {
    return (await this.driver.words(`(${CLIENT_ROWS})[last()]//button`)).trim();
  }

  /** Opens the import of a file that was handed over; a fresh window may have opened it by itself. */
  async lookIntoWaitingFile() {
    await this.driver.click(id("nav-imports"));
    await this.driver.click(button("Look inside"));
    await this.driver.find(`${id("stage")}[not(@disabled)]`);
  }
  async lookIntoSample() {
    await this.driver.click(id("nav-imports"));
    await this.driver.click(id("import-sample"));
    await this.driver.find(`${id("stage")}[not(@disabled)]`);
  }
  async stageFor(client) {
    await this.driver.type(id("client-picker"), client);
    await this.driver.click(firstOption("client-picker"));
    await this.driver.click(id("stage"));
    await this.driver.find(id("next-place"));
  }
  async place(collection) {
    await this.driver.click(id("next-place"));
    await this.driver.type(id("collection-name"), collection);
    await this.driver.click(button("Add"));
    await this.driver.click(id("access-picker"));
    await this.driver.click(firstOption("access-picker"));
    // Each change is saved by itself; the chosen one shows once it is.
    await this.driver.find(`//section[@aria-label='Who will see them']//ul/li`);
  }
  async toSend() {
    await this.driver.click(id("next-send"));
    await this.driver.find(`${id("upload")}[not(@disabled)]`);
  }
  async send() {
    await this.driver.click(id("upload"));
    return await this.driver.text(id("receipt"));
  }

  /** On the look step: `Items`, `Duplicates` or `Health`. */
  async lookAt(view) {
    await this.driver.click(`//*[@aria-label='What to look at']//*[self::button or self::label][starts-with(normalize-space(), '${view}')]`);
  }
  async searchItems(words, rows) {
    await this.driver.type(id("items-search"), words);
    await until(`${rows} items are found`, async () => (await this.#itemRows()) === rows);
  }
  async showAllItems(rows) {
    await this.driver.inPage(() => {
      const field = document.getElementById("items-search");
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await until(`${rows} items are shown`, async () => (await this.#itemRows()) === rows);
  }
  async #itemRows() {
    const rows = await this.driver.attribute("//*[@role='grid']", "aria-rowcount");
    return Number(rows) - 1;
  }
  /** Leaves every item shown out of the upload. */
  async skipShown() {
    await this.driver.click(id("select-all"));
    await this.driver.click(button("Skip"));
  }
  /** Takes the last step back; answers what the button said it would. */
  async undo() {
    const said = await until("there is something to undo", async () => {
      const words = await this.driver.words(`${id("undo")}`);
      return words.includes(":") && words.trim();
    });
    await this.driver.click(`${id("undo")}[not(@disabled)]`);
    return said;
  }
  async keepTheFirst() {
    await this.driver.click(`${id("all-exact-skipLater")}[not(@disabled)]`);
  }
  async checkHealth() {
    await this.driver.click(`${id("health-run")}[not(@disabled)]`);
    return await until("the check is over", async () => {
      const said = await this.words();
      return /have something to mend|Nothing to mend/.test(said) && said;
    });
  }

  async #value(name) {
    return await this.driver.inPage((name) => document.getElementById(name)?.value, name);
  }
}
