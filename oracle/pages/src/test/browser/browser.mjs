// A headless Chromium: the one that is installed, or the one that npm brings.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** With one process for all tabs, closing one would end the others; and pages are to be held to what browsers hold them to. */
const LEFT_OUT = [
  "--single-process",
  "--no-zygote",
  "--disable-web-security",
  "--allow-running-insecure-content",
  "--disable-site-isolation-trials",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// WCAG 2.2 AA, and what the level needs below it
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const PHONE = { name: "phone", width: 390, height: 844, isMobile: true, hasTouch: true };
export const DESKTOP = { name: "desktop", width: 1280, height: 900 };

/** Starts a browser; the caller closes it. */
export async function launch() {
  const installed = INSTALLED.find((path) => existsSync(path));
  // the locale of containers is often none that the browser knows
  const env = { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" };
  const options = { env, headless: "shell", protocolTimeout: 600_000 };
  if (installed) return puppeteer.launch({ ...options, executablePath: installed, args: ["--no-sandbox", "--lang=en-US"] });
  const { default: chromium } = await import("@sparticuz/chromium");
  const args = chromium.args.filter((each) => !LEFT_OUT.includes(each));
  return puppeteer.launch({
    ...options,
    executablePath: await chromium.executablePath(),
    args: [...args, "--lang=en-US", "--disable-dev-shm-usage"],
  });
}

/**
 * Opens a tab, and closes it when what is done with it is over. It keeps what it loaded, and what went wrong in it: errors, what its policy refused,
 * requests to other hosts than those allowed.
 *
 * @param use is given { page, loaded, wrong }
 */
export async function inTab(browser, url, { screen = DESKTOP, scheme = "light", allowed = [] }, use) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const wrong = [];
    const loaded = [];
    const hosts = new Set([new URL(url).origin, ...allowed]);
    page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // what the API refuses is shown by the page; the browser logs it, too
      if (message.type() === "error" && !/status of [45]\d\d/.test(message.text())) wrong.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== "data:" && !hosts.has(origin)) wrong.push(`asks ${request.url()}`);
    });
    page.on("response", (response) => {
      const kind = response.request().resourceType();
      if (kind !== "fetch") loaded.push({ url: response.url(), bytes: Number(response.headers()["content-length"] ?? 0) });
    });
    await page.setViewport(screen);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(url);
    return await use({ page, loaded, wrong });
  } finally {
    await context.close();
  }
}

/** What a person with a screen reader, without a mouse or with weak eyes would stumble over, in words. */
export async function barriers(page) {
  // axe is a test's tool: the page's own policy would not let it in
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), RULES);
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")})`);
}

/** By how many pixels a page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Waits until a page shows a text. */
export async function shows(page, text, timeout = 30_000) {
  try {
    await page.waitForFunction((wanted) => document.body.innerText.replaceAll("\u00a0", " ").includes(wanted), { timeout }, text);
  } catch (problem) {
    throw new Error(`"${text}" is not shown: ${await page.evaluate(() => document.body.innerText)}`, { cause: problem });
  }
}

/** Presses the button or link with this text. */
export async function press(page, text) {
  const found = await page.waitForSelector(
    `::-p-xpath(//*[self::button or self::a or self::summary][contains(normalize-space(translate(., "\u00a0", " ")), "${text}")])`,
    {
      timeout: 30_000,
    },
  );
  await found.click();
}
