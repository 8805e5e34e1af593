/** Starts the face on a made-up world: `npm run dev`, then mock.html. Never part of what is shipped. */
import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";

import { answer, type Args } from "./host.ts";

mockIPC((command, args) => answer(command, args as unknown as Args), { shouldMockEvents: true });

// For a person at the console, and for pictures: `hover(true)`.
Object.assign(window, { hover: (hovers: boolean) => emit("file-hover", hovers) });

await import("../../main.ts");
