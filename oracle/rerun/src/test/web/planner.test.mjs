import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

globalThis.chargeproofSha256 = (bytes) => new Int8Array(createHash("sha256").update(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).digest());
const { plan } = await import(pathToFileURL(process.env.PLANNER_SCRIPT));

// what the planner's jar is held to
const golden = new URL("../../../../planner/src/test/resources/golden/", import.meta.url);
const bytes = (name) => new Int8Array(Buffer.from(readFileSync(new URL(name, golden), "utf8").replace(/#.*$|\s/gm, ""), "hex"));
const hex = (array) => Buffer.from(array.buffer, array.byteOffset, array.length).toString("hex");

test("the script gives the bytes of the golden vectors", () => {
  const names = readdirSync(golden).filter((name) => name.endsWith(".input.hex"));
  assert.ok(names.length > 5);
  for (const name of names) {
    const begin = performance.now();
    assert.equal(hex(plan(bytes(name))), hex(bytes(name.replace(".input.hex", ".plan.hex"))), name);
    console.log(`${name}: ${(performance.now() - begin).toFixed(1)} ms`);
  }
});

test("what is no input is refused", () => {
  for (const wrong of [new Int8Array(0), new Int8Array(40), bytes(readdirSync(golden).find((name) => name.endsWith(".plan.hex")))]) {
    assert.throws(() => plan(wrong));
  }
});
