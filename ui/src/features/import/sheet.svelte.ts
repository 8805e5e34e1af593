/** A spreadsheet whose columns are given their meaning, with what that makes of its rows. */
import type { ColumnRole } from "#bindings/ColumnRole";
import type { Failure } from "#bindings/Failure";
import type { Recipe } from "#bindings/Recipe";
import type { RecipePreview } from "#bindings/RecipePreview";
import type { SheetPreview } from "#bindings/SheetPreview";
import { asFailure } from "#lib/errors.ts";
import { host } from "#lib/host.ts";

/** Every role, in the order in which people look for them. */
export const ROLES: ColumnRole[] = [
  "ignore",
  "name",
  "folder",
  "username",
  "password",
  "totp",
  "uri",
  "notes",
  "field",
  "hiddenField",
  "favorite",
  "kind",
  "cardNumber",
  "cardHolder",
  "cardExpiry",
  "cardCode",
];

export class Sheet {
  sheet = $state.raw<SheetPreview | null>(null);
  recipe = $state.raw<Recipe | null>(null);
  preview = $state.raw<RecipePreview | null>(null);
  saved = $state.raw<Recipe[]>([]);
  failure = $state.raw<Failure | null>(null);
  #turn = 0;
  readonly #fileId: string;
  readonly #onrecipe: (recipe: Recipe | null) => void;

  constructor(fileId: string, onrecipe: (recipe: Recipe | null) => void) {
    this.#fileId = fileId;
    this.#onrecipe = onrecipe;
  }

  /** Reads the file; a saved recipe that fits its columns is taken at once. */
  open = async (): Promise<void> => {
    await this.#try(async () => {
      const [sheet, saved] = await Promise.all([
        host.importSheet(this.#fileId),
        host.importRecipes(),
      ]);
      this.sheet = sheet;
      this.saved = saved;
      await this.use(sheet.fitting[0] ?? sheet.recipe);
    });
  };

  /** Saved recipes made for files with these columns stand first. */
  readonly offered = $derived.by(() => {
    const fitting = this.sheet?.fitting ?? [];
    const ids = new Set(fitting.map((recipe) => recipe.recipeId));
    return { fitting, others: this.saved.filter((recipe) => !ids.has(recipe.recipeId)) };
  });

  /** Reads by this recipe from now on. */
  async use(recipe: Recipe): Promise<void> {
    this.recipe = recipe;
    this.#onrecipe(recipe);
    await this.#look();
  }

  change(change: Partial<Recipe>): Promise<void> {
    return this.recipe ? this.use({ ...this.recipe, ...change }) : Promise.resolve();
  }

  setRole(column: number, role: ColumnRole): Promise<void> {
    const columns = (this.recipe?.columns ?? []).map((one, place) =>
      place === column ? { ...one, role } : one,
    );
    return this.change({ columns });
  }

  /** Another sheet or another row of names has other columns, so they are guessed anew. */
  async reread(change: Pick<Partial<Recipe>, "sheet" | "headerRow" | "delimiter">): Promise<void> {
    const { recipe } = this;
    if (recipe === null) return;
    await this.#try(async () => {
      const shape = { ...recipe, ...change };
      shape.headerRow ??= 0;
      const sheet = await host.importSheet(this.#fileId, shape);
      this.sheet = sheet;
      await this.use({ ...sheet.recipe, recipeId: recipe.recipeId, name: recipe.name });
    });
  }

  /** Under another name it is another recipe. */
  async save(name: string): Promise<boolean> {
    const { recipe } = this;
    if (recipe === null) return false;
    const recipeId = recipe.name === name ? recipe.recipeId : "";
    return this.#try(async () => {
      const kept = await host.importRecipeSave({ ...recipe, recipeId, name });
      this.saved = await host.importRecipes();
      this.#keepName(kept);
    });
  }

  async delete(recipeId: string): Promise<void> {
    await this.#try(async () => {
      await host.importRecipeDelete(recipeId);
      this.saved = await host.importRecipes();
      this.#fitting(({ recipeId: id }) => id !== recipeId);
      if (this.recipe?.recipeId === recipeId) await this.change({ recipeId: "", name: "" });
    });
  }

  async fromFile(): Promise<void> {
    await this.#try(async () => {
      const recipe = await host.importRecipeImport();
      if (recipe === null) return;
      this.saved = await host.importRecipes();
      await this.use(recipe);
    });
  }

  toFile(recipeId: string): Promise<boolean> {
    return this.#try(() => host.importRecipeExport(recipeId));
  }

  #fitting(which: (recipe: Recipe) => boolean, first: Recipe[] = []): void {
    if (this.sheet === null) return;
    this.sheet = { ...this.sheet, fitting: [...first, ...this.sheet.fitting.filter(which)] };
  }

  #keepName(kept: Recipe): void {
    const { recipeId, name } = kept;
    this.#fitting((one) => one.recipeId !== recipeId, [kept]);
    if (this.recipe === null) return;
    this.recipe = { ...this.recipe, recipeId, name };
    this.#onrecipe(this.recipe);
  }

  /** What the recipe makes of the first rows; an older answer never overwrites a newer one. */
  async #look(): Promise<void> {
    const turn = ++this.#turn;
    const { recipe } = this;
    if (recipe === null) return;
    try {
      const preview = await host.importRecipePreview(this.#fileId, recipe);
      if (turn !== this.#turn) return;
      this.preview = preview;
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.preview = null;
      this.failure = asFailure(thrown);
    }
  }

  async #try(what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what();
      return true;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    }
  }
}
