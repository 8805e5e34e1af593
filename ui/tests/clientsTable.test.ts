import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import ClientsTable from "../src/features/clients/ClientsTable.svelte";
import { rowsOf } from "../src/features/clients/rows.ts";
import { client } from "./scene.ts";

function open(count: number) {
  const onopen = vi.fn();
  const rows = rowsOf(
    Array.from({ length: count }, (_, place) =>
      client({ name: `Client ${place}`, organizationId: `id-${place}` }),
    ),
  );
  const sort = { column: "client", descending: false };
  render(ClientsTable, { rows, active: -1, sort, onopen });
  return { onopen, grid: screen.getByRole("grid", { name: "Clients" }) };
}

const active = (grid: HTMLElement) => grid.getAttribute("aria-activedescendant");

test("of ten thousand rows only a window is in the page, and all are counted", () => {
  const { grid } = open(10_000);
  const drawn = within(grid).getAllByRole("row").length;
  expect(drawn).toBeGreaterThan(10);
  expect(drawn, "more would make every scroll slow").toBeLessThan(60);
  expect(grid.getAttribute("aria-rowcount")).toBe("10001");
});

test("End goes to the last row and draws it", async () => {
  const { grid } = open(10_000);
  await fireEvent.keyDown(grid, { key: "End" });
  expect(active(grid)).toBe("clients-table-row-9999");
  expect(screen.getByText("Client 9999")).toBeTruthy();
  expect(screen.queryByText("Client 0"), "rows left behind are gone").toBeNull();
});

test("arrows move, Enter opens the row one is on", async () => {
  const { grid, onopen } = open(5);
  await fireEvent.keyDown(grid, { key: "Enter" });
  expect(onopen, "nothing is opened before a row is chosen").not.toHaveBeenCalled();
  await fireEvent.keyDown(grid, { key: "ArrowDown" });
  await fireEvent.keyDown(grid, { key: "ArrowDown" });
  await fireEvent.keyDown(grid, { key: "Enter" });
  expect(onopen).toHaveBeenCalledExactlyOnceWith("id-1");
});

test("a header sorts, says so, and turns round the second time", async () => {
  open(5);
  const header = () => screen.getByRole("columnheader", { name: "Remaining" });
  expect(header().getAttribute("aria-sort")).toBeNull();
  await fireEvent.click(within(header()).getByRole("button"));
  expect(header().getAttribute("aria-sort")).toBe("ascending");
  await fireEvent.click(within(header()).getByRole("button"));
  expect(header().getAttribute("aria-sort")).toBe("descending");
});

test("command keys are left to the window", async () => {
  const { grid } = open(5);
  await fireEvent.keyDown(grid, { key: "ArrowDown", ctrlKey: true });
  expect(active(grid)).toBeNull();
});
