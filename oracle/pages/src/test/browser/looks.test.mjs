// How each page looks and whom it keeps out: on a phone and a desktop, in light and dark. Settings: PAGES_URL, PAGES_SHOTS (folder for pictures).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { barriers, DESKTOP, launch, open, overflow, PHONE, shows } from "./browser.mjs";

const base = process.env.PAGES_URL;
const shots = process.env.PAGES_SHOTS;
const hash = process.env.PAGES_KEY ? `#key=${process.env.PAGES_KEY}&to=` : "#";
let browser;
let evseId;
let timestep;

before(async () => {
  assert.ok(base, "PAGES_URL is to name an oracle");
  mkdirSync(shots, { recursive: true });
  browser = await launch();
  const free = await (await fetch(`${base}/api/v1/charge-points?available=true&count=1`)).json();
  evseId = free.chargePoints[0].evseId;
  const verdicts = await (await fetch(`${base}/api/v1/timesteps/current`)).json();
  timestep = verdicts.timestep;
});
after(() => browser?.close());

const pages = () => [
  { name: "places", path: `/${hash}/`, wait: "charge points" },
  { name: "place", path: `/${hash}/point/${encodeURIComponent(evseId)}`, wait: "Ask for energy" },
  { name: "ledger", path: "/ledger", wait: "Members" },
  { name: "timestep", path: `/ledger#/timestep/${timestep}`, wait: "Plans by charging group" },
  { name: "plan", path: `/ledger#/plan/${timestep}/0`, wait: "SHA-256" },
];

for (const screen of [PHONE, DESKTOP]) {
  for (const scheme of ["light", "dark"]) {
    test(`every page fits a ${screen.name} in ${scheme}, keeps nobody out, and asks nobody else`, async () => {
      for (const { name, path, wait } of pages()) {
        const { page, wrong, close } = await open(browser, base + path, { screen, scheme });
        await shows(page, wait);
        await page.waitForNetworkIdle({ idleTime: 300, concurrency: 1, timeout: 5_000 }).catch(() => {});
        await page.screenshot({ path: join(shots, `${name}-${screen.name}-${scheme}.png`), fullPage: screen === PHONE });
        assert.ok((await overflow(page)) <= 0, `${name} is wider than the window`);
        assert.deepEqual(await barriers(page), [], name);
        assert.deepEqual(wrong, [], name);
        await close();
      }
    });
  }
}

test("each page is painted within a second, in less than 300 kB", async () => {
  for (const { name, path, wait } of pages()) {
    const { page, loaded, close } = await open(browser, base + path);
    await shows(page, wait);
    const millis = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
    const bytes = loaded.reduce((sum, each) => sum + each.bytes, 0);
    console.log(`${name}: first paint after ${Math.round(millis)} ms, ${bytes} bytes in ${loaded.length} files`);
    assert.ok(loaded.length > 2 && bytes > 10_000 && bytes < 300_000, `${name} loads ${bytes} bytes`);
    await close();
  }
});

test("in German nothing is left untold", async () => {
  const { page, wrong, close } = await open(browser, `${base}/`);
  await page.evaluate(() => localStorage.setItem("chargeproof.language", "de"));
  await page.reload();
  await shows(page, "Wo laden?");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  assert.ok(!(await page.evaluate(() => /\b(places|ask|mine|nav)\.\w/.test(document.body.innerText))), "a key is shown");
  assert.deepEqual(wrong, []);
  await close();
});

test("by keyboard alone a charge point is found and opened", async () => {
  const { page, close } = await open(browser, `${base}/`);
  await shows(page, "charge points");
  await page.focus("input[type=search]");
  await page.keyboard.type(evseId);
  await page.waitForFunction((id) => document.querySelectorAll("ul.places a .id")[0]?.textContent === id, {}, evseId);
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.closest("ul.places") !== null)) break;
  }
  await page.keyboard.press("Enter");
  await shows(page, "Price with VAT");
  await close();
});
