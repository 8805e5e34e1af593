import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

const tauri = {
  group: ["@tauri-apps/*"],
  message: "Only lib/host.ts talks to the window's host.",
};
const upwards = { group: ["../*"], message: "Name other folders by #lib, #components, #bindings." };

/** Which of our own folders a file may not reach, and why. */
const tier = (files, forbidden, message, ignores = []) => ({
  files,
  ignores,
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [tauri, upwards, { group: forbidden, message }] },
    ],
  },
});

const all = (folder) => [`src/${folder}/**/*.ts`, `src/${folder}/**/*.svelte`];

export default ts.config(
  { ignores: ["dist", "shots", "src/bindings"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: "error",
      // TypeScript knows what is defined; this rule does not know its globals.
      "no-undef": "off",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "SvelteAttribute[key.name='style']",
          message:
            "The content-security policy refuses style strings; use classes or style: directives.",
        },
      ],
      "svelte/require-each-key": "error",
      // Maps and sets that nothing watches stay plain; those that are watched are SvelteMap.
      "svelte/prefer-svelte-reactivity": "off",
      "prefer-const": "off",
      "svelte/prefer-const": ["error", { destructuring: "all" }],
    },
  },
  tier(
    all("components"),
    ["#*", "#*/**"],
    "Components know nothing of ours: hand them what they show.",
  ),
  tier(all("lib"), ["#features/**", "#components/**"], "lib is below features and components.", [
    "src/lib/host.ts",
    "src/lib/mock/**",
  ]),
  tier(
    all("features"),
    ["#features/**"],
    "A feature uses itself (./), components, lib and bindings; routes join features.",
  ),
  tier(all("routes"), ["#mock/**"], "The made-up world is for mock.html only."),
  {
    files: ["src/lib/mock/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/api/core"], message: tauri.message }] },
      ],
    },
  },
  {
    files: ["**/*.mjs", "*.config.*"],
    rules: { "no-console": "off" },
  },
);
