/** Scenes of sign-in and session: name, address, steps. */

const click = (selector) => (page) => page.click(selector);
const fill = (selector, text) => (page) => page.fill(selector, text);
const press = (key) => (page) => page.keyboard.press(key);
const wait = (milliseconds) => (page) => page.waitForTimeout(milliseconds);
const scrollTo = (selector) => (page) => page.locator(selector).scrollIntoViewIfNeeded();

const PASSWORD = "harbour light 42";
const LONG =
  "maren.elisabeth.thorsteinsdottir-oberlander@administration.northlight-services.example";
const signIn = [
  fill("#email", "maren@northlight.example"),
  fill("#password", PASSWORD),
  click("#sign-in"),
];
const step = (name, steps = [], more = "") => [
  `step-${name}`,
  `demo=0&step=${name}${more}`,
  [wait(400), ...steps],
];
const settings = [click("#nav-settings"), wait(700)];

export const SESSION = [
  ["sign-in", "", []],
  ["sign-in-plain", "demo=0", []],
  ["sign-in-errors", "demo=0", [click("#region-own + *"), click("#sign-in")]],
  ["sign-in-wrong", "", [fill("#password", "no"), click("#sign-in"), wait(900)]],
  ["sign-in-offline", "fail=session_sign_in:offline", [click("#sign-in"), wait(900)]],
  [
    "sign-in-own",
    "demo=0",
    [
      click("#region-own + *"),
      fill("#server-address", "https://vault.harbour.example"),
      click("#service-addresses summary"),
      wait(200),
    ],
  ],
  [
    "sign-in-network",
    "demo=0&proxy=1",
    [click("#region-own + *"), click("#network-settings"), wait(500)],
  ],
  ["sign-in-long", "demo=0", [fill("#email", LONG)]],
  ["sign-in-again", "demo=0&state=signedOut&accounts=2", [wait(300)]],
  ["sign-in-again-long", "demo=0&state=signedOut&accounts=2&long=1", [wait(300)]],
  ["sign-in-api-key", "demo=0", [click("#way-api-key"), wait(200)]],
  [
    "sign-in-sso",
    "demo=0",
    [fill("#email", "maren@northlight.example"), click("#way-sso"), wait(700)],
  ],
  ["sign-in-sso-unknown", "demo=0", [fill("#email", "a@b.example"), click("#way-sso"), wait(700)]],
  [
    "sign-in-browser",
    "demo=0",
    [
      fill("#email", "maren@northlight.example"),
      click("#way-sso"),
      fill("#sso-identifier", "northlight"),
      click("#open-sso"),
      wait(400),
    ],
  ],
  [
    "sign-in-device",
    "demo=0",
    [fill("#email", "maren@northlight.example"), click("#way-device"), wait(700)],
  ],
  [
    "two-step",
    "demo=0&after=authenticator+email+duoOrganization+yubiKey+securityKey+other".replaceAll(
      "+",
      "%2B",
    ),
    [...signIn, wait(800), fill("#code", "123")],
  ],
  [
    "two-step-choose",
    "demo=0&step=authenticator%2Bemail%2BduoOrganization%2ByubiKey%2BsecurityKey%2Bother",
    [wait(300), click("#another-way"), wait(200)],
  ],
  ["two-step-wrong", "demo=0&step=authenticator", [wait(300), fill("#code", "999 999"), wait(900)]],
  ["two-step-rate", "demo=0&step=authenticator", [wait(300), fill("#code", "111111"), wait(900)]],
  ["two-step-email", "demo=0&step=email", [wait(1200)]],
  ["two-step-yubikey", "demo=0&step=yubiKey", [wait(300)]],
  ["two-step-duo", "demo=0&step=duo", [wait(300), click("#open-duo"), wait(500)]],
  ["two-step-key", "demo=0&step=securityKey", [wait(300)]],
  [
    "two-step-key-insert",
    "demo=0&step=securityKey&key=insert",
    [wait(300), click("#use-key"), wait(300)],
  ],
  [
    "two-step-key-touch",
    "demo=0&step=securityKey&key=touch",
    [wait(300), click("#use-key"), wait(1100)],
  ],
  [
    "two-step-key-pin",
    "demo=0&step=securityKey&key=pin",
    [wait(300), click("#use-key"), wait(1100)],
  ],
  [
    "two-step-key-pin-wrong",
    "demo=0&step=securityKey&key=pin",
    [
      wait(300),
      click("#use-key"),
      wait(1100),
      fill("#key-pin", "1"),
      click("#send-key-pin"),
      wait(1300),
    ],
  ],
  ["two-step-other", "demo=0&step=other", [wait(300)]],
  [
    "two-step-recovery",
    "demo=0&step=authenticator",
    [
      wait(300),
      click("#another-way"),
      click("#method-recovery"),
      fill("#recovery-code", "abcd efgh"),
      click("#use-recovery"),
      wait(200),
    ],
  ],
  step("newDevice"),
  step("singleSignOn"),
  step("password"),
  step("trustDevice"),
  step("trustNothing"),
  step("approval"),
  step("adminApproval", [], "&expires=500000"),
  ["step-approval-expired", "demo=0&step=approval&expires=0", [wait(400)]],
  ["step-approval-denied", "demo=0&step=approval&approval=denied", [wait(900)]],
  step("changePassword", [click("#open-web-vault"), wait(200)]),
  step("weakPassword"),
  step("firstSignIn"),
  step("keyConnector"),
  ["unlock", "state=locked&demo=0", [wait(300)]],
  ["unlock-pin", "state=locked&demo=0&pin=5&presence=on", [wait(300)]],
  [
    "unlock-pin-wrong",
    "state=locked&demo=0&pin=2",
    [wait(300), fill("#password", "1"), click("#unlock"), wait(700)],
  ],
  ["unlock-several", "state=locked&demo=0&accounts=3&second=damaged&presence=on", [wait(300)]],
  ["unlock-long", "state=locked&demo=0&long=1&accounts=2", [wait(300)]],
  ["unlock-no-password", "state=locked&demo=0&password=0", [wait(300)]],
  ["unlock-damaged", "state=damaged&demo=0&accounts=2", [wait(300)]],
  [
    "accounts",
    "state=unlocked&accounts=3&second=locked",
    [wait(1300), click("#account"), wait(200)],
  ],
  ["accounts-long", "state=unlocked&accounts=3&long=1", [wait(1300), click("#account"), wait(200)]],
  [
    "accounts-switched",
    "state=unlocked&accounts=3",
    [wait(1300), click("#account"), click("[data-account=user-1]"), wait(1300)],
  ],
  [
    "accounts-add",
    "state=unlocked&accounts=2",
    [wait(1300), click("#account"), click("#add-account"), wait(300)],
  ],
  ["frame-refreshing", "state=unlocked&phase=refreshing", [wait(1300)]],
  ["frame-slow-down", "state=unlocked&phase=slowDown&age=12", [wait(1300)]],
  ["frame-battery", "state=unlocked&phase=battery&age=40&live=0", [wait(1300)]],
  ["frame-offline", "state=unlocked&phase=offline&age=200&live=0", [wait(1300)]],
  ["frame-ended", "state=unlocked&phase=ended&age=200&live=0", [wait(1300)]],
  [
    "frame-again",
    "state=unlocked&phase=ended&age=200&live=0&demo=0",
    [wait(1300), click("#sign-in-again"), wait(300)],
  ],
  ["settings", "state=unlocked&keyring=password", [...settings]],
  [
    "security",
    "state=unlocked&accounts=2&pin=5&presence=on",
    [...settings, scrollTo("#set-presence")],
  ],
  [
    "security-policy",
    "state=unlocked&policy=30&then=signOut&presence=off",
    [...settings, (page) => page.evaluate("document.querySelector('#security').scrollIntoView()")],
  ],
  [
    "security-never",
    "state=unlocked&presence=off",
    [
      ...settings,
      (page) => page.selectOption("#lock-after", "never"),
      wait(200),
      scrollTo("#never-lock"),
    ],
  ],
  [
    "security-custom",
    "state=unlocked&policy=60",
    [
      ...settings,
      (page) => page.selectOption("#lock-after", "custom"),
      fill("#custom-hours", "2"),
      click("#apply-time"),
      wait(200),
      scrollTo("#timeout-policy"),
    ],
  ],
  ["security-pin", "state=unlocked", [...settings, click("#set-pin"), wait(200)]],
  [
    "security-pin-no-keyring",
    "state=unlocked&keyring=password",
    [...settings, click("#set-pin"), wait(200)],
  ],
  ["security-failed", "state=unlocked&fail=session_security:unexpected", [...settings, wait(300)]],
  ["network", "state=unlocked&proxy=1", [...settings, scrollTo("#save-network")]],
  ["shortcuts", "state=unlocked", [wait(1200), press("?"), wait(200)]],
];
