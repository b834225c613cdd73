import assert from "node:assert/strict";
import test from "node:test";

globalThis.localStorage = { getItem: () => "de", setItem: () => {} };
const { missingWords, t } = await import("../../main/web/common/words.js");
await import("../../main/web/driver/words.js");
await import("../../main/web/cockpit/words.js");
await import("../../main/web/ledger/words.js");

test("both languages say everything", () => {
  assert.deepEqual(missingWords(), []);
});

test("values are filled in, and what has no value stays to be seen", () => {
  assert.equal(t("session.title", { session: 3 }), "Ladevorgang 3");
  assert.equal(t("session.title", {}), "Ladevorgang {session}");
});
