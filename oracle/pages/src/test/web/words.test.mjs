import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

globalThis.localStorage = { getItem: () => "de", setItem: () => {} };
const { missingWords, t } = await import("../../main/web/common/words.js");
await import("../../main/web/driver/words.js");
await import("../../main/web/proof/words.js");
await import("../../main/web/cockpit/words.js");
await import("../../main/web/ledger/words.js");

test("both languages say everything", () => {
  assert.deepEqual(missingWords(), []);
});

test("values are filled in, and what has no value stays to be seen", () => {
  assert.equal(t("session.title", { session: 3 }), "Ladevorgang 3");
  assert.equal(t("session.title", {}), "Ladevorgang {session}");
});

test("all that pages say is written, and nothing else", () => {
  const web = new URL("../../main/web/", import.meta.url);
  const scripts = readdirSync(web, { recursive: true }).filter((name) => name.endsWith(".js") && !name.endsWith("words.js"));
  const text = scripts.map((name) => readFileSync(new URL(name, web), "utf8")).join("\n");
  const books = ["common", "driver", "cockpit", "ledger", "proof"]
    .map((name) => readFileSync(new URL(`${name}/words.js`, web), "utf8"))
    .join("\n");
  const written = new Set([...books.matchAll(/^    "([^"]+)":/gm)].map((found) => found[1]));
  // keys stand in quotes, or begin a template
  const used = new Set([...text.matchAll(/"([a-z]+(?:\.[a-zA-Z]+)+)"/g)].map((found) => found[1]));
  const begun = [...text.matchAll(/[`]([a-z]+(?:\.[a-z]+)*\.)\$/g)].map((found) => found[1]);
  const kinds = ["ledger.outcome.", "ledger.verdict."];
  assert.deepEqual(
    [...used].filter(
      (key) => /^(places|place|ask|mine|session|receipt|bill|proof|cockpit|ledger|nav|state|key)\./.test(key) && !written.has(key),
    ),
    [],
  );
  assert.deepEqual(
    [...written].filter((key) => !used.has(key) && ![...begun, ...kinds].some((start) => key.startsWith(start))),
    [],
  );
});
