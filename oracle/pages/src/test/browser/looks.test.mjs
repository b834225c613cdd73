// How each page looks and whom it keeps out: on a phone and a desktop, in light and dark. Settings: PAGES_URL, PAGES_SHOTS (folder for pictures).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { barriers, DESKTOP, inTab, launch, overflow, PHONE, press, shows } from "./browser.mjs";

const base = process.env.PAGES_URL;
const shots = process.env.PAGES_SHOTS;
const hash = process.env.PAGES_KEY ? `#key=${process.env.PAGES_KEY}&to=` : "#";
let browser;
let evseId;

before(async () => {
  assert.ok(base, "PAGES_URL is to name an oracle");
  mkdirSync(shots, { recursive: true });
  browser = await launch();
  const free = await (await fetch(`${base}/api/v1/charge-points?available=true&count=1`)).json();
  evseId = free.chargePoints[0].evseId;
  // a network that has just begun has no plan to show
  for (;;) {
    const { timestep } = await (await fetch(`${base}/api/v1/timesteps/current`)).json();
    if ((await fetch(`${base}/api/v1/timesteps/${timestep}/plans/0`)).ok) break;
    await new Promise((done) => setTimeout(done, 500));
  }
});
after(() => browser?.close());

/** All pages. Plans are kept for three timesteps, so the newest is looked up each time. */
async function pages() {
  const { timestep } = await (await fetch(`${base}/api/v1/timesteps/current`)).json();
  return [
    { name: "places", path: `/${hash}/`, wait: "charge points" },
    { name: "place", path: `/${hash}/point/${encodeURIComponent(evseId)}`, wait: "Price with VAT" },
    { name: "cockpit", path: "/cockpit", wait: "Group 0" },
    { name: "group", path: "/cockpit#/group/0", wait: "Timesteps above the limit" },
    { name: "ledger", path: "/ledger", wait: "Members" },
    { name: "timestep", path: `/ledger#/timestep/${timestep}`, wait: "Plans by charging group" },
    { name: "plan", path: `/ledger#/plan/${timestep}/0`, wait: "SHA-256" },
  ];
}

for (const screen of [PHONE, DESKTOP]) {
  for (const scheme of ["light", "dark"]) {
    test(`every page fits a ${screen.name} in ${scheme}, keeps nobody out, and asks nobody else`, async () => {
      for (const { name, path, wait } of await pages()) {
        await inTab(browser, base + path, { screen, scheme }, async ({ page, wrong }) => {
          await shows(page, wait);
          await page.waitForNetworkIdle({ idleTime: 300, concurrency: 1, timeout: 5_000 }).catch(() => {});
          await page.screenshot({ path: join(shots, `${name}-${screen.name}-${scheme}.png`), fullPage: screen === PHONE });
          assert.ok((await overflow(page)) <= 0, `${name} is wider than the window`);
          assert.deepEqual(await barriers(page), [], name);
          assert.deepEqual(wrong, [], name);
        });
      }
    });
  }
}

test("each page is painted within a second, in less than 300 kB", async () => {
  for (const { name, path, wait } of await pages()) {
    await inTab(browser, base + path, {}, async ({ page, loaded }) => {
      await shows(page, wait);
      const millis = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      const bytes = loaded.reduce((sum, each) => sum + each.bytes, 0);
      console.log(`${name}: first paint after ${Math.round(millis)} ms, ${bytes} bytes in ${loaded.length} files`);
      assert.ok(loaded.length > 2 && bytes > 10_000 && bytes < 300_000, `${name} loads ${bytes} bytes`);
    });
  }
});

test("in German nothing is left untold", async () => {
  await inTab(browser, `${base}/`, {}, async ({ page, wrong }) => {
    await page.evaluate(() => localStorage.setItem("chargeproof.language", "de"));
    await page.reload();
    await shows(page, "Wo laden?");
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    assert.ok(!(await page.evaluate(() => /\b(places|ask|mine|nav)\.\w/.test(document.body.innerText))), "a key is shown");
    assert.deepEqual(wrong, []);
  });
});

test("by keyboard alone a charge point is found and opened", async () => {
  await inTab(browser, `${base}/`, {}, async ({ page }) => {
    await shows(page, "charge points");
    await page.focus("input[type=checkbox]");
    // taken in the meantime or not, it is listed
    await page.keyboard.press("Space");
    await page.focus("input[type=search]");
    await page.keyboard.type(evseId);
    await page.waitForFunction((id) => document.querySelectorAll("ul.places a .id")[0]?.textContent === id, {}, evseId);
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.closest("ul.places") !== null)) break;
    }
    await page.keyboard.press("Enter");
    await shows(page, "Price with VAT");
  });
});

/** Every text in an answer but those that pages branch on, made hostile. */
function hostile(value, name = "") {
  if (typeof value === "string") {
    return /name|evseId|words|reason|detail|account|email|phone/i.test(name) ? `<img src=x onerror="window.hit=1">${value}` : value;
  }
  if (Array.isArray(value)) return value.map((each) => hostile(each, name));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hostile(each, key)]));
  return value;
}

test("names that are programs are shown as text", async () => {
  for (const { name, path, wait } of await pages()) {
    await inTab(browser, "about:blank", {}, async ({ page }) => {
      let changed = 0;
      await page.setRequestInterception(true);
      page.on("request", async (request) => {
        const url = new URL(request.url());
        if (!url.pathname.startsWith("/api/v1/") || url.pathname.endsWith("/events")) return request.continue();
        const answer = await fetch(request.url(), { method: request.method(), headers: request.headers(), body: request.postData() });
        const json = await answer.json();
        changed += 1;
        return request.respond({ status: answer.status, contentType: "application/json", body: JSON.stringify(hostile(json)) });
      });
      await page.goto(base + path);
      await shows(page, wait);
      await page.waitForNetworkIdle({ idleTime: 300, concurrency: 1, timeout: 5_000 }).catch(() => {});
      assert.ok(changed > 0, name);
      assert.equal(await page.evaluate(() => window.hit), undefined, name);
      assert.equal(await page.evaluate(() => document.querySelectorAll("img").length), 0, name);
    });
  }
});

/** Until the first group has something to compute again. */
async function measured() {
  for (;;) {
    const answer = await fetch(`${base}/api/v1/groups/0/what-if`);
    if (answer.ok && (await answer.json()).timesteps.length > 2) return;
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

test("what would have been is told beside what was, to everybody", async () => {
  await measured();
  for (const screen of [PHONE, DESKTOP]) {
    for (const scheme of ["light", "dark"]) {
      await inTab(browser, `${base}/cockpit#/group/0`, { screen, scheme }, async ({ page, wrong }) => {
        await shows(page, "Timesteps above the limit");
        await press(page, "What if");
        await shows(page, "Promises kept");
        // by keyboard: from the slider to the fields; half a battery is none
        await page.focus(".setting input[type=range]");
        await page.keyboard.press("ArrowLeft");
        for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
        await page.keyboard.type("2");
        await shows(page, "give both, or 0 for both");
        await page.keyboard.press("Tab");
        await page.keyboard.type("5");
        await page.waitForFunction(() => document.querySelector(".setting ~ [role=alert]") === null);
        await page.waitForNetworkIdle({ idleTime: 700, concurrency: 1, timeout: 10_000 }).catch(() => {});
        await shows(page, "Promises kept");
        const panel = await page.$("details.card[open]");
        await panel.screenshot({ path: join(shots, `what-if-${screen.name}-${scheme}.png`) });
        assert.ok((await overflow(page)) <= 0, "it is wider than the window");
        assert.deepEqual(await barriers(page), []);
        assert.deepEqual(wrong, []);
      });
    }
  }
});

test("a what-if that is turned away, that has nothing yet, or takes its time, is told in words", async () => {
  const answers = [
    {
      status: 429,
      body: { type: "about:blank", title: "Too many requests", status: 429, detail: "4 what-ifs are being computed; ask again" },
    },
    { status: 200, body: { isEstimate: true, group: 0, timestep: 1, setting: {}, timesteps: [], sums: null, assumptions: null } },
  ];
  const expected = ["4 what-ifs are being computed; ask again", "Nothing is measured yet"];
  for (let i = 0; i < answers.length; i++) {
    await inTab(browser, "about:blank", {}, async ({ page }) => {
      await page.setRequestInterception(true);
      page.on("request", async (request) => {
        if (!request.url().includes("/what-if")) return request.continue();
        await new Promise((done) => setTimeout(done, 500));
        return request.respond({
          status: answers[i].status,
          contentType: "application/json",
          headers: { "retry-after": "1" },
          body: JSON.stringify(answers[i].body),
        });
      });
      await page.goto(`${base}/cockpit#/group/0`);
      await shows(page, "Timesteps above the limit");
      await press(page, "What if");
      await shows(page, "Computing");
      await shows(page, expected[i]);
      assert.deepEqual(await barriers(page), []);
    });
  }
});
