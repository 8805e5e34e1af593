// Runs the stories of the real programs; `cargo xtask e2e` starts this. Names as arguments choose some.
import { bench } from "./stories/bench.mjs";
import { crowd } from "./stories/crowd.mjs";
import { forgetting } from "./stories/forgetting.mjs";
import { mainJob } from "./stories/main-job.mjs";
import { signIn } from "./stories/sign-in.mjs";
import { terminal } from "./stories/terminal.mjs";

const STORIES = { terminal, "main-job": mainJob, bench, "sign-in": signIn, forgetting, crowd };
/** Longer than all stories on a busy machine; a driver that hangs must not hang the CI. */
const DEADLINE_MS = 20 * 60_000;

setTimeout(() => {
  console.error("the stories did not end");
  process.exit(1);
}, DEADLINE_MS).unref();

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in STORIES));
if (unknown.length > 0) {
  console.error(`no story called ${unknown.join(", ")}; there are ${Object.keys(STORIES).join(", ")}`);
  process.exit(2);
}
let failed = 0;
const names = chosen.length > 0 ? chosen : Object.keys(STORIES);
for (const name of names) {
  const started = Date.now();
  const error = await STORIES[name]().then(() => null, (error) => error);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`story ${name} ... ${error ? "FAILED" : "ok"} (${seconds} s)`);
  if (error) {
    failed += 1;
    console.error(error);
  }
}
console.log(`\ntest result: ${failed ? "FAILED" : "ok"}. ${names.length - failed} passed; ${failed} failed`);
process.exit(failed ? 1 : 0);
