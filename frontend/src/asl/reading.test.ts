import { describe, expect, it } from "vitest";

import { parseDocument } from "./document";
import { read, readAgain } from "./reading";
import { definitions } from "./testing/definitions";
import { difference } from "./textEdits";
import type { Written } from "./tree";

const TEXT = `{
  "StartAt": "A",
  "States": {
    "A": { "Type": "Pass", "Next": "B", "Result": [1, 2, "x", {}] },
    "B": { "Type": "Wait", "Seconds": 2.0, "End": true }
  }
}
`;
const treeOf = (text: string): Written | undefined => {
  const { root, errors } = read(text);
  return errors.length > 0 ? undefined : root?.written;
};
const plain = ({ type, value, length, items, at }: Written): unknown => [type, value, length, [...at], items.map(plain)];

/** The tree after a change, read piecemeal; undefined when that gave up. */
function afterwards(before: string, after: string): Written | undefined {
  const { root } = read(before);
  const change = difference(before, after);
  return root && change && readAgain(root.written, root.offset, change, after);
}

const stateOf = (root: Written | undefined, index: number): Written | undefined => root?.items[1]?.items[1]?.items[index];

describe("reading again", () => {
  it("keeps the states that an edit leaves alone, though they move", () => {
    const after = TEXT.replace('"Pass"', '"Succeed"');
    const before = read(TEXT).root?.written;
    const again = before && readAgain(before, 0, difference(TEXT, after) ?? { from: 0, to: 0, insert: "" }, after);
    expect(again && plain(again)).toEqual(plain(treeOf(after) as Written));
    expect(stateOf(again, 1)).toBe(stateOf(before, 1));
    expect(stateOf(again, 0)).not.toBe(stateOf(before, 0));
  });

  it.each([
    ["a member at the end", '"End": true }\n', '"End": true },\n    "C": { "Type": "Fail" }\n'],
    ["a member in the middle", '    "B":', '    "C": { "Type": "Fail" },\n    "B":'],
    ["a member taken away", '"Seconds": 2.0, ', ""],
    ["an item of a list", '[1, 2, "x"', '[1, 2, 3, "x"'],
    ["a digit after a digit", "[1, 2,", "[11, 2,"],
    ["the name of a state", '"B": {', '"Bee": {'],
    ["a list emptied", '[1, 2, "x", {}]', "[]"],
  ])("takes %s", (_, from, to) => {
    const after = TEXT.replace(from, to);
    const again = afterwards(TEXT, after);
    expect(again && plain(again)).toEqual(plain(treeOf(after) as Written));
  });

  it.each([
    ["a comma too many", '"x", {}', '"x",, {}'],
    ["a number beside a text", '"x", {}', '"x".5, {}'],
    ["a quote that never ends", '"Seconds"', '""Seconds"'],
    ["an object closed too early", '"Seconds"', '}, "Seconds"'],
    ["a comment", '"Seconds"', '/* no */ "Seconds"'],
    ["a comma at the end", '"End": true }', '"End": true, }'],
  ])("gives up on %s", (_, from, to) => {
    expect(afterwards(TEXT, TEXT.replace(from, to))).toBeUndefined();
  });

  it.each(definitions.slice(0, 40))("of $name after a hundred random edits is what reading it whole is", ({ text }) => {
    let seed = text.length;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    const pieces = ["", '"', ",", "{}", "1", " ", '"k": 1,', ', "z": [true]', "}", "]", ".5", "null", "\n", ":"];
    for (let round = 0; round < 100; round += 1) {
      const from = random(text.length);
      const after = text.slice(0, from) + (pieces[random(pieces.length)] ?? "") + text.slice(from + random(4));
      const again = afterwards(text, after);
      const whole = treeOf(after);
      if (again !== undefined) expect(plain(again)).toEqual(whole && plain(whole));
      const result = parseDocument(after);
      expect(result.ok).toBe(whole?.type === "object");
    }
  });
});
