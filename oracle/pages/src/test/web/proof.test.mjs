import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { decodeBill, differences, wrongSums } from "../../main/web/proof/bill.js";
import { isFinalCall, stateOfCall } from "../../main/web/proof/contract.js";
import { rootOf } from "../../main/web/proof/tree.js";

// what the program that computes bills is held to
const golden = `0x${readFileSync(new URL("../../../../billing/src/test/resources/golden/waits.bills.hex", import.meta.url), "utf8").replace(/\s/g, "")}`;

const hash = (...parts) => {
  const sha = createHash("sha256");
  for (const part of parts) sha.update(part);
  return sha.digest();
};
const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

/** RFC 6962, 2.1, as it is written there. */
function tree(leaves) {
  if (leaves.length === 1) return hash(Buffer.from([0]), leaves[0]);
  const k = split(leaves.length);
  return hash(Buffer.from([1]), tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}

/** RFC 6962, 2.1.1. */
function path(m, leaves) {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...path(m, leaves.slice(0, k)), tree(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), tree(leaves.slice(0, k))];
}

function split(n) {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** A bill's fields as the API tells them. */
const shownOf = (bill) =>
  Object.fromEntries(Object.entries(bill).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]));

test("every path of every small tree leads to its root, and a changed one does not", () => {
  for (let n = 1; n <= 33; n++) {
    const leaves = Array.from({ length: n }, (_, i) => Buffer.from([7, i, n]));
    const root = hex(tree(leaves));
    for (let m = 0; m < n; m++) {
      const proof = path(m, leaves).map(hex);
      assert.equal(rootOf(hex(leaves[m]), m, n, proof), root);
      assert.notEqual(rootOf(hex(Buffer.from([8, m, n])), m, n, proof), root);
      assert.equal(rootOf(hex(leaves[m]), n, n, proof), null);
      assert.notEqual(rootOf(hex(leaves[m]), m, n, [...proof, root]), root);
      if (proof.length > 0) {
        assert.notEqual(rootOf(hex(leaves[m]), m, n, proof.slice(1)), root);
        assert.notEqual(rootOf(hex(leaves[m]), m, n, [root, ...proof.slice(1)]), root);
      }
    }
  }
});

test("a bill of the golden vector is read, and adds up", () => {
  const bill = decodeBill(golden);
  assert.equal(bill.energyWh, 5000n);
  assert.deepEqual(wrongSums(bill), []);
  assert.deepEqual(differences(bill, shownOf(bill)), []);
});

test("a changed number is named, and so is one that is missing or none", () => {
  const bill = decodeBill(golden);
  const shown = shownOf(bill);
  for (const name of Object.keys(bill)) {
    for (const other of [typeof bill[name] === "bigint" ? shown[name] + 1 : "0x00", undefined, null, NaN, 0.5, `${shown[name]} `]) {
      const found = differences(bill, { ...shown, [name]: other });
      assert.deepEqual(
        found.map((each) => each.name),
        [name],
      );
    }
  }
});

test("amounts that do not follow are named", () => {
  for (const name of ["costMicroEuro", "marginMicroEuro", "vatMicroEuro", "chargedMicroEuro", "owedMicroEuro"]) {
    const bill = decodeBill(golden);
    bill[name] += 1n;
    assert.deepEqual(
      wrongSums(bill).map((each) => each.name),
      [name],
    );
  }
});

test("what is no bill is refused", () => {
  for (const bytes of ["", "0x", golden.slice(0, -2), `${golden}00`, golden.replace("43504231", "43504232"), `${golden.slice(0, -1)}g`]) {
    assert.throws(() => decodeBill(bytes), /no.* bill|not the bytes/);
  }
});

test("calls are encoded as the contract ABI has it", () => {
  const call = isFinalCall(5, "0x0102", 3, [`0x${"aa".repeat(32)}`]);
  const words = call.slice(10).match(/.{64}/g);
  assert.deepEqual(
    words.map((word) => word.replace(/^0+/, "")),
    ["5", "80", "3", "c0", "2", `${"0".repeat(3)}102${"0".repeat(60)}`.replace(/^0+/, ""), "1", "aa".repeat(32)],
  );
  assert.match(stateOfCall(7), /^0x[0-9a-f]{8}0{63}7$/);
});
