import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "../../main/web/common/api.js";

test("an event has id, name and data", () => {
  assert.deepEqual(parse('id: a-1\nevent: plan\ndata: {"timestep":3}'), { id: "a-1", name: "plan", data: { timestep: 3 } });
});

test("signs of life and times to wait are no events", () => {
  assert.equal(parse(": alive").name, "");
  assert.equal(parse("retry: 2000").name, "");
});

test("data that is no JSON is no end of the stream", () => {
  assert.deepEqual(parse("id: a-2\nevent: plan\ndata: {"), { id: "a-2", name: "plan", data: {} });
});
