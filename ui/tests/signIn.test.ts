import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import type { Failure } from "../src/bindings/Failure.ts";
import SignIn from "../src/features/session/SignIn.svelte";

function open(failure: Failure | null = null) {
  const onsignin = vi.fn(
    (_server: string, _email: string, input: HTMLInputElement): Promise<Failure | null> => {
      input.value = "";
      return Promise.resolve(failure);
    },
  );
  render(SignIn, { demo: null, onsignin });
  return onsignin;
}

const password = () => screen.getByLabelText<HTMLInputElement>("Master password");
const submit = () => fireEvent.click(screen.getByRole("button", { name: "Sign in" }));

async function fill() {
  await fireEvent.input(screen.getByLabelText("E-mail"), {
    target: { value: " ann@acme.example " },
  });
  await fireEvent.input(password(), { target: { value: "harbour" } });
}

test("the server one signs in to is named beside the password", async () => {
  open();
  expect(screen.getByText("for bitwarden.com")).toBeTruthy();
  await fireEvent.click(screen.getByRole("radio", { name: /Europe/ }));
  expect(screen.getByText("for bitwarden.eu")).toBeTruthy();
  await fireEvent.click(screen.getByRole("radio", { name: /Own server/ }));
  const address = screen.getByLabelText("Server address");
  await fireEvent.input(address, { target: { value: "https://vault.acme.example/" } });
  expect(screen.getByText("for vault.acme.example")).toBeTruthy();
});

test("nothing is sent while something is missing, and it says what", async () => {
  const onsignin = open();
  await submit();
  expect(screen.getByRole("alert").textContent).toContain("e-mail");
  await fireEvent.input(screen.getByLabelText("E-mail"), { target: { value: "a@b.example" } });
  await submit();
  expect(screen.getByRole("alert").textContent).toContain("password");
  expect(onsignin).not.toHaveBeenCalled();
});

test("a wrong password is said at its field, which is empty and has the focus", async () => {
  const onsignin = open({
    code: "wrongPassword",
    message: "the password is not right",
    hint: null,
  });
  await fill();
  await submit();
  await waitFor(() => screen.getByRole("alert"));
  expect(onsignin).toHaveBeenCalledWith("us", "ann@acme.example", password());
  expect(screen.getByRole("alert").textContent).toContain("bitwarden.com");
  expect(password().value).toBe("");
  expect(document.activeElement).toBe(password());
});

test("a failure that is not about a field is said in words with what is safe", async () => {
  open({ code: "offline", message: "no route", hint: null });
  await fill();
  await submit();
  await waitFor(() => screen.getByText("The server cannot be reached"));
});

test("showing the password keeps what was typed", async () => {
  open();
  await fill();
  await fireEvent.click(screen.getByRole("button", { name: "Show password" }));
  expect(password().type).toBe("text");
  expect(password().value).toBe("harbour");
});
