// A WebDriver client over fetch: what these stories need of https://www.w3.org/TR/webdriver2/, no more.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { freePort, until } from "./wait.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // the key the specification gives to references

export class Driver {
  /** Starts WebKitWebDriver, which starts the program itself with the given environment. */
  static async start(binary, { env = {}, args = [] } = {}) {
    const driver = new Driver();
    const port = await freePort();
    driver.base = `http://127.0.0.1:${port}`;
    driver.program = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
      // Without this variable the program does not listen to a driver and the session never starts.
      env: { ...process.env, ...env, TAURI_WEBVIEW_AUTOMATION: "true" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await until("WebKitWebDriver answers", async () => (await fetch(`${driver.base}/status`)).ok);
    const options = { binary, args };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    const session = await driver.ask("POST", "/session", { capabilities });
    driver.session = `/session/${session.sessionId}`;
    await driver.post("/timeouts", { script: 120_000 });
    return driver;
  }

  async ask(method, path, body) {
    const answer = await fetch(this.base + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(120_000),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }
  post(path, body = {}) {
    return this.ask("POST", this.session + path, body);
  }

  /** Every element an XPath names, at once. */
  async all(xpath) {
    const found = await this.post("/elements", { using: "xpath", value: xpath });
    return found.map((reference) => reference[ELEMENT]);
  }
  /** The first element an XPath names, waited for. */
  async find(xpath) {
    return await until(`something at ${xpath}`, async () => (await this.all(xpath))[0]);
  }
  async click(xpath) {
    // A list that is being redrawn may replace the element between finding and clicking it.
    await until(`a click on ${xpath}`, async () => {
      await this.post(`/element/${await this.find(xpath)}/click`);
      return true;
    });
  }
  async type(xpath, text) {
    const element = await this.find(xpath);
    await this.post(`/element/${element}/clear`);
    await this.post(`/element/${element}/value`, { text });
  }
  /** One key per request: a whole secret in one request would stay in the program's memory. */
  async typeSecret(xpath, text) {
    const element = await this.find(xpath);
    for (const key of text) await this.post(`/element/${element}/value`, { text: key });
  }
  async text(xpath) {
    return await this.ask("GET", `${this.session}/element/${await this.find(xpath)}/text`);
  }
  async attribute(xpath, name) {
    return await this.ask("GET", `${this.session}/element/${await this.find(xpath)}/attribute/${name}`);
  }
  /** The text of an element, in view or not. */
  async words(xpath) {
    return await this.ask("GET", `${this.session}/element/${await this.find(xpath)}/property/textContent`);
  }
  /** Runs a function in the page; it sees its arguments and nothing else of ours. */
  async inPage(work, ...args) {
    return await this.post("/execute/sync", { script: `return (${work})(...arguments)`, args });
  }
  /** The same for a function that calls back through its last argument. */
  async inPageLater(work, ...args) {
    return await this.post("/execute/async", { script: `return (${work})(...arguments)`, args });
  }
  /** Does something that makes the program replace its web view, and follows it there. */
  async toNewWindow(work) {
    const old = await this.ask("GET", `${this.session}/window`);
    await work();
    const handle = await until("a web view in place of the old one", async () => {
      const handles = await this.ask("GET", `${this.session}/window/handles`);
      return handles.includes(old) ? undefined : handles[0];
    });
    await this.post("/window", { handle });
  }
  async picture(file) {
    // The last change may not have been drawn yet.
    await this.inPageLater((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
    const image = await this.ask("GET", `${this.session}/screenshot`);
    writeFileSync(file, Buffer.from(image, "base64"));
  }
  /** Closes the window as a person would, then ends the driver. */
  async quit() {
    await this.ask("DELETE", `${this.session}/window`);
    await this.ask("DELETE", this.session).catch(() => {}); // it may have ended with its last window
    this.program.kill();
  }
}
