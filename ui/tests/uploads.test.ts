import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, test } from "vitest";

import type { UploadEvent } from "../src/bindings/UploadEvent.ts";
import { uploads } from "../src/features/import/uploads.svelte.ts";

interface Sent {
  command: string;
  say: (event: UploadEvent) => void;
}

function host(): Sent[] {
  const sent: Sent[] = [];
  mockIPC((command, args) => {
    const { channel } = args as { channel?: { onmessage: (event: UploadEvent) => void } };
    sent.push({ command, say: (event) => channel?.onmessage(event) });
    return null;
  });
  return sent;
}

afterEach(() => {
  clearMocks();
});

const progress = (landed: number): UploadEvent => ({
  kind: "progress",
  progress: { stage: "sending", landed, total: 10, waitingSeconds: 0 },
});
const failed: UploadEvent = {
  kind: "failed",
  failure: { code: "outcomeUnknown", message: "lost", hint: null },
};

test("pressing send twice starts one upload", () => {
  const sent = host();
  uploads.start("twice");
  uploads.start("twice");
  expect(sent.map((one) => one.command)).toEqual(["import_upload"]);
});

test("a lost answer ends the run with its failure, ready to be continued", () => {
  const sent = host();
  uploads.start("lost");
  sent[0]?.say(progress(4));
  sent[0]?.say(failed);
  expect(uploads.get("lost")).toMatchObject({
    kind: "failed",
    failure: { code: "outcomeUnknown" },
  });
  uploads.start("lost");
  expect(uploads.isRunning("lost")).toBe(true);
});

test("a stop that was asked for is told as a stop, not as a failure", () => {
  const sent = host();
  uploads.start("stopped");
  uploads.stop("stopped");
  expect(uploads.get("stopped"), "still running until the safe point").toMatchObject({
    kind: "running",
    stopping: true,
  });
  sent[0]?.say(failed);
  expect(uploads.get("stopped")).toEqual({ kind: "stopped" });
});

test("progress that arrives after the end changes nothing", () => {
  const sent = host();
  uploads.start("late");
  sent[0]?.say(failed);
  sent[0]?.say(progress(9));
  expect(uploads.isRunning("late")).toBe(false);
});
