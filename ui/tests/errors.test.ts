import { expect, test } from "vitest";

import { asFailure, present, PRESENTATIONS, sentence } from "../src/lib/errors.ts";
import { t } from "../src/lib/words/index.svelte.ts";

test("every code has a title, and words unless the core's own say enough", () => {
  for (const [code, presentation] of Object.entries(PRESENTATIONS)) {
    const shown = present({ code: code as keyof typeof PRESENTATIONS, message: "", hint: null });
    expect(shown.title, code).not.toBe("");
    expect(shown.text !== "" || presentation.showsMessage, code).toBe(true);
    expect(shown.title, `${code} is words, not a code`).not.toContain(code);
  }
});

test("what the core says becomes a sentence before what to do", () => {
  const shown = present({ code: "serverTrouble", message: "the server answered 503", hint: null });
  expect(shown.text).toBe(`The server answered 503. ${t.errors.serverTrouble.text}`);
});

test("an offline failure keeps quiet about addresses", () => {
  const shown = present({ code: "offline", message: "connect to 10.0.0.1 refused", hint: null });
  expect(shown.text).not.toContain("10.0.0.1");
  expect(shown.tone, "a state of the world, not an alarm").toBe("quiet");
});

test("whatever is thrown becomes a failure", () => {
  const failure = { code: "locked", message: "locked", hint: null };
  expect(asFailure(failure)).toEqual(failure);
  expect(asFailure({ code: "unheardOf", message: "x" }).code).toBe("unexpected");
  expect(asFailure("text").code).toBe("unexpected");
  expect(asFailure(null).code).toBe("unexpected");
});

test("sentences start with a capital and end once", () => {
  expect(sentence("the file holds no items")).toBe("The file holds no items.");
  expect(sentence("Really?")).toBe("Really?");
  expect(sentence(" ")).toBe("");
});

test("a certificate that nobody vouches for is not called a lost connection", () => {
  const shown = present({
    code: "offline",
    message: "the server's certificate vouches for itself (self-signed)",
    hint: "choose its CA file in the network settings",
  });
  expect(shown.title).toBe("No safe way to the server, so nothing was sent");
  expect(shown.text).toBe(
    "The server's certificate vouches for itself (self-signed). Choose its CA file in the network settings.",
  );
});
