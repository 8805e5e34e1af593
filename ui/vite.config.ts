import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

import manifest from "./package.json" with { type: "json" };

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), ...(mode === "test" ? [svelteTesting()] : [])],
  base: "./",
  define: { __APP_VERSION__: JSON.stringify(manifest.version) },
  // Tauri's devUrl points here; another port would show an empty window.
  server: { port: 1420, strictPort: true, host: "127.0.0.1" },
  build: {
    target: ["es2022", "safari16.4", "chrome111"],
    // The content-security policy allows fonts and images from files only, never from data addresses.
    assetsInlineLimit: 0,
    // `index.html` alone: the made-up world of mock.html stays out of what is shipped.
    rollupOptions: { input: mode === "mock" ? "mock.html" : "index.html" },
    outDir: mode === "mock" ? "shots/site" : "dist",
  },
  test: {
    environment: "jsdom",
    testTimeout: 30_000,
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
  },
}));
