/** A made-up spreadsheet, with a recipe saved before. */
import type { ColumnRole } from "#bindings/ColumnRole";
import type { MaskedItem } from "#bindings/MaskedItem";
import type { Recipe } from "#bindings/Recipe";
import type { RecipePreview } from "#bindings/RecipePreview";
import type { SheetPreview } from "#bindings/SheetPreview";

const COLUMNS: [string, ColumnRole][] = [
  ["Customer / system", "name"],
  ["Area", "folder"],
  ["Login", "username"],
  ["Pwd", "password"],
  ["Link", "uri"],
  ["Remark", "notes"],
  ["Last checked by whom and when (please fill in)", "ignore"],
];
const ROWS = [
  ["Router HQ", "IT\\Network", "admin", "••••••••••", "https://10.0.0.1", "second rack", "AP 2023"],
  ["Xero", "Finance", "ana@acme.example", "•••••••••", "https://xero.com", "", ""],
  ["شبكة الضيوف", "IT\\Network", "guest", "••••••••", "", "changes monthly", "JW"],
  ["Telephone system of the old building", "IT", "root", "••••••", "http://pbx.local", "", ""],
];

const guess: Recipe = {
  recipeId: "",
  name: "",
  sheet: "Passwords",
  headerRow: 1,
  delimiter: null,
  columns: COLUMNS.map(([header, role]) => ({ header, role })),
  folderSeparator: "\\",
  folderPrefix: null,
};
let saved: Recipe[] = [
  {
    ...guess,
    recipeId: "r1",
    name: "Password sheet of the branch offices",
    folderPrefix: "Branch offices",
  },
  { ...guess, recipeId: "r2", name: "IT documentation 2019", columns: [] },
];

function preview(recipe: Recipe): RecipePreview {
  const at = (row: string[], role: ColumnRole): string =>
    row[recipe.columns.findIndex((column) => column.role === role)] ?? "";
  const items = ROWS.map((row, item): MaskedItem => {
    const folder = at(row, "folder")
      .split(recipe.folderSeparator ?? "\0")
      .join("/");
    return {
      item,
      row: item + 2,
      kind: at(row, "password") === "" ? "note" : "login",
      name: at(row, "name") || "--",
      username: at(row, "username").replace(/(?<=^.).*(?=@|$)/, "•••"),
      host: at(row, "uri").replace(/^https?:\/\//, ""),
      folders: [[recipe.folderPrefix, folder].filter(Boolean).join("/")].filter(Boolean),
      file: 0,
      codes: [],
      severity: null,
      hasPassword: at(row, "password") !== "",
      hasTotp: false,
      hasNotes: at(row, "notes") !== "",
      fields: recipe.columns.filter(({ role }) => role === "field" || role === "hiddenField")
        .length,
      skipped: false,
      findings: 0,
    };
  });
  return { items, total: 318, findings: [] };
}

const sheet = (shape?: Recipe): SheetPreview => ({
  sheets: ["Passwords", "Old", "Contacts"],
  recipe: shape
    ? { ...guess, ...shape, headerRow: shape.headerRow || null, columns: guess.columns }
    : guess,
  fitting: saved.filter((one) => one.columns.length > 0),
  rows: ROWS,
  total: 318,
  findings: [
    {
      code: "formatOddity",
      severity: "warning",
      row: 77,
      item: null,
      field: null,
      message: "a number of 17 digits was rounded by the spreadsheet",
    },
  ],
});

interface SheetArgs {
  recipe: Recipe;
  recipeId: string;
}

export const sheetCommands = {
  import_sheet: ({ shape }: { shape?: Recipe }) => sheet(shape),
  import_recipe_preview: ({ recipe }: SheetArgs) => preview(recipe),
  import_recipes: () => saved,
  import_recipe_save: ({ recipe }: SheetArgs) => {
    const kept = { ...recipe, recipeId: recipe.recipeId || `r${saved.length + 1}` };
    saved = [kept, ...saved.filter((one) => one.recipeId !== kept.recipeId)];
    return kept;
  },
  import_recipe_delete: ({ recipeId }: SheetArgs) => {
    saved = saved.filter((one) => one.recipeId !== recipeId);
    return null;
  },
  import_recipe_export: () => true,
  import_recipe_import: () => {
    const kept = { ...guess, recipeId: `r${saved.length + 1}`, name: "From a colleague" };
    saved = [kept, ...saved];
    return kept;
  },
};
