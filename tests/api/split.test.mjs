// @ts-check
// Constants of the two modules lie side by side in one memory: what one brings must not lie over the other's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { splitData } from "../../www/scripts/split-data.mjs";

test("a constant of the first module between two of the second is not written over", () => {
  const data = (/** @type {number} */ start, /** @type {string} */ text) =>
    `(data $.rodata..Lanon.${start} (i32.const ${start}) "${text}")`;
  const forms = [data(1024, "one"), data(1030, " : "), data(1035, "two"), data(1039, "three")];
  const { first, second } = splitData(forms, ["(i32.const 1031)"]);
  /** @param {string[]} segments */
  const bytes = (segments) =>
    segments.flatMap((segment) => {
      const [, start, text] = segment.match(/\(i32\.const (\d+)\) "(.*)"/) ?? [];
      return (text?.match(/\\[0-9a-f]{2}/g) ?? []).map((_, index) => Number(start) + index);
    });
  assert.deepEqual(bytes(first), [1030, 1031, 1032]);
  assert.deepEqual(
    bytes(second).filter((address) => bytes(first).includes(address)),
    [],
  );
  assert.deepEqual(bytes(second), [1024, 1025, 1026, ...Array.from({ length: 9 }, (_, index) => 1035 + index)]);
});
