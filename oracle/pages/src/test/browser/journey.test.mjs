// What people do: a driver asks, charges, ends, reads the receipt and checks it; an auditor opens a plan.
// Settings: PAGES_URL, PAGES_KEY (of a driver), PAGES_NODE (JSON-RPC), PAGES_CONSORTIUM (its address), PAGES_SHOTS (folder for pictures), PAGES_RECEIPT (a session with a final
// bill, for who runs one test alone), PAGES_OWNER (file with the first operator's key), PAGES_PROGRAM (the words, in JSON, that run the program).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { barriers, DESKTOP, inTab, launch, PHONE, press, shows } from "./browser.mjs";

const base = process.env.PAGES_URL;
const key = process.env.PAGES_KEY;
const node = process.env.PAGES_NODE;
const consortium = process.env.PAGES_CONSORTIUM;
const shots = process.env.PAGES_SHOTS;
const MINUTES = 60_000;
let browser;
let receipt = process.env.PAGES_RECEIPT;

before(async () => {
  assert.ok(base && key && node && consortium, "PAGES_URL, PAGES_KEY, PAGES_NODE and PAGES_CONSORTIUM are to be set");
  mkdirSync(shots, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

const shot = (page, name, screen) => page.screenshot({ path: join(shots, `${name}-${screen.name}-light.png`), fullPage: true });
const get = async (path) => (await fetch(`${base}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })).json();

/** Moves a slider as a person's finger does. */
const slide = (page, id, value) =>
  page.$eval(
    `#${id}`,
    (input, wanted) => {
      input.value = wanted;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    },
    value,
  );

test("a driver asks, charges, ends, and proves the receipt", { timeout: 8 * MINUTES }, async () => {
  const free = (await get("/charge-points?available=true&count=50")).chargePoints.at(-1);
  // what a QR code on the charge point leads to, with the key of a visitor
  const address = `${base}/#key=${key}&to=/point/${encodeURIComponent(free.evseId)}`;
  await inTab(browser, address, { screen: PHONE, allowed: [new URL(node).origin] }, async ({ page, wrong }) => {
    await shows(page, "Ask for energy");
    assert.ok(!page.url().includes(key), "the key stays in the address");
    await slide(page, "energy", "4000");
    await slide(page, "departure", "20");
    await shows(page, "4.00 kWh until");
    await shot(page, "quote", PHONE);
    assert.deepEqual(await barriers(page), [], "quote");
    await press(page, "Ask for 4.00 kWh");
    await page.waitForFunction(() => location.hash.startsWith("#/session/"), { timeout: MINUTES });
    const session = Number(page.url().split("/").pop());
    await shows(page, "Promised", MINUTES);
    await page.waitForFunction(() => [...document.querySelectorAll(".badge")].some((badge) => badge.textContent === "Promised"), {
      timeout: MINUTES,
    });
    // power comes with a timestep, without anybody reloading
    await page.waitForFunction(() => document.querySelector("progress").value > 0, { timeout: 3 * MINUTES });
    await shot(page, "session", PHONE);
    assert.deepEqual(await barriers(page), [], "session");
    await press(page, "End charging");
    await page.waitForFunction(() => [...document.querySelectorAll(".badge")].some((badge) => badge.textContent === "Over"), {
      timeout: MINUTES,
    });
    await press(page, "Receipt");
    await shows(page, `Receipt of session ${session}`);
    await shows(page, "Final: a quorum", 5 * MINUTES);
    const bill = (await get(`/sessions/${session}/bill`)).bill;
    const total = await page.$eval("#total", (cell) => cell.textContent);
    assert.equal(total, `${(bill.chargedMicroEuro / 1e6).toFixed(2)}\u00a0€`);
    await page.type("#node", node);
    await page.type("#consortium", consortium);
    await press(page, "Check the proof");
    await page.waitForSelector("#proof-result[data-proven=true]", { timeout: MINUTES });
    await shot(page, "receipt", PHONE);
    assert.deepEqual(await barriers(page), [], "receipt");
    receipt = session;
    assert.deepEqual(wrong, []);
  });
});

/** The page with one number of one answer changed on its way. */
async function tampered(change) {
  return inTab(browser, `${base}/`, {}, async ({ page }) => {
    await page.evaluate(
      (url, address) => {
        localStorage.setItem("chargeproof.node", url);
        localStorage.setItem("chargeproof.consortium", address);
      },
      node,
      consortium,
    );
    await page.setRequestInterception(true);
    page.on("request", async (request) => {
      const path = new URL(request.url()).pathname;
      if (!path.startsWith(`/api/v1/sessions/${receipt}/`)) return request.continue();
      const answer = await get(path.slice("/api/v1".length));
      change(answer, path.endsWith("/bill"));
      return request.respond({ status: 200, contentType: "application/json", body: JSON.stringify(answer) });
    });
    await page.evaluate((session) => (location.hash = `#/receipt/${session}`), receipt);
    await shows(page, "Check it yourself");
    await press(page, "Check the proof");
    await page.waitForSelector("#proof-result[data-proven=false]", { timeout: MINUTES });
    const text = await page.$eval("#proof-result", (result) => result.innerText);
    await shot(page, "receipt-tampered", DESKTOP);
    return text;
  });
}

test("a changed number turns the proof red, and is named", { timeout: 3 * MINUTES }, async () => {
  assert.ok(receipt, "there is a receipt");
  const flip = (hex) => `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
  const cases = {
    chargedMicroEuro: (answer, isBill) => !isBill && (answer.chargedMicroEuro += 10_000),
    energyWh: (answer, isBill) => !isBill && (answer.deliveredWh += 1),
    greenWh: (answer, isBill) => !isBill && (answer.greenWh += 1),
    vatMicroEuro: (answer, isBill) => isBill && (answer.bill.vatMicroEuro += 1),
    billsRoot: (answer, isBill) => isBill && (answer.bill.path = [...answer.bill.path, answer.bill.billsRoot]),
    tokens: (answer, isBill) => isBill && (answer.bill.bytes = flip(answer.bill.bytes.slice(0, 306)) + answer.bill.bytes.slice(306)),
  };
  for (const [name, change] of Object.entries(cases)) {
    assert.match(await tampered(change), new RegExp(`NOT proven[^]*${name}`), name);
  }
});

test("an auditor opens the plan that runs, and computes it again", { timeout: 2 * MINUTES }, async () => {
  await inTab(browser, `${base}/ledger`, { allowed: [new URL(node).origin] }, async ({ page, wrong }) => {
    const newest = await page.waitForSelector("tbody a", { timeout: MINUTES });
    await newest.click();
    await shows(page, "Plans by charging group");
    await press(page, "0");
    await shows(page, "SHA-256 of its input");
    await page.type("#node", node);
    await page.type("#consortium", consortium);
    await press(page, "Run the planner");
    await page.waitForSelector("#again-result[data-proven=true]", { timeout: MINUTES });
    await shot(page, "plan-again", DESKTOP);
    assert.deepEqual(await barriers(page), [], "plan");
    assert.deepEqual(wrong, []);
  });
});

test("an operator lowers a limit by the page's file, and the plan follows", { timeout: 4 * MINUTES }, async () => {
  await inTab(browser, `${base}/cockpit`, {}, async ({ page, wrong }) => {
    const group = (await get("/groups")).groups.find((each) => each.operator === 1);
    await page.goto(`${base}/cockpit#/group/${group.group}`);
    const field = await page.waitForSelector("details.card input[type=number][min='0.001']", { timeout: MINUTES });
    await field.evaluate((input) => (input.closest("details").open = true));
    // a seventh less, in whole W
    const limitW = Math.floor((group.limitW * 6) / 7);
    await field.evaluate(
      (input, kW) => {
        input.value = kW;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      },
      String(limitW / 1000),
    );
    await page.waitForFunction((w) => document.querySelector("details.card pre")?.textContent.includes(`,${w},`), {}, limitW);
    const file = join(shots, "group.csv");
    writeFileSync(file, await page.$eval("details.card pre", (pre) => pre.textContent));
    const [program, ...words] = JSON.parse(process.env.PAGES_PROGRAM);
    const to = ["--rpc", node, "--contract", consortium, "--key", process.env.PAGES_OWNER];
    await promisify(execFile)(program, [...words, "assets", "import", file, ...to]);
    // the page follows, and so does the plan of a timestep that began behind it
    const told = `${(limitW / 1000).toFixed(1)}\u00a0kW`;
    await page.waitForFunction((kW) => document.querySelector(".tiles").textContent.includes(kW), { timeout: MINUTES }, told);
    let steps = [];
    for (let tries = 0; steps.length === 0 && tries < 60; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const { timesteps } = await get(`/groups/${group.group}/timesteps`);
      steps = timesteps.filter((step) => step.limitW === limitW && step.outcome === "FINAL");
    }
    assert.ok(steps.length > 0, "no timestep has the new limit");
    steps.forEach((step) => assert.ok(step.setpointW <= limitW, JSON.stringify(step)));
    await shot(page, "group-lower", DESKTOP);
    assert.deepEqual(wrong, []);
  });
});
