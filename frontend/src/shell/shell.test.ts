import { describe, expect, test, vi } from "vitest";

vi.stubGlobal("window", { matchMedia: () => ({ matches: false, addEventListener: () => undefined }) });
vi.stubGlobal("document", { documentElement: { dataset: {} } });
const { jsonProblem } = await import("./forms");
const { matching } = await import("./palette");
const { timeWords } = await import("./times");

describe("JSON while it is typed", () => {
  test("is fine when it parses", () => expect(jsonProblem('{"a": [1, 2]}')).toBeNull());
  test("says the line and column where it breaks", () => expect(jsonProblem('{\n  "a": 1,\n  b\n}')).toBe("Not JSON in line 3, column 3: invalid symbol."));
  test("refuses comments and trailing commas, as Step Functions does", () => {
    expect(jsonProblem('{"a": 1,}')).not.toBeNull();
    expect(jsonProblem('{"a": 1} // no')).not.toBeNull();
  });
  test("says what the least input is", () => expect(jsonProblem("  ")).toBe("An input is JSON; {} is the least."));
});

test("times are relative under a day, and dates after that", () => {
  const now = new Date(2024, 2, 5, 14, 0).getTime();
  expect(timeWords(now - 3000, now)).toBe("just now");
  expect(timeWords(now - 30_000, now)).toBe("a moment ago");
  expect(timeWords(now - 5 * 60_000, now)).toBe("5 min ago");
  expect(timeWords(now + 3 * 3_600_000, now)).toBe("in 3 h");
  expect(timeWords(new Date(2024, 2, 1, 9, 5).getTime(), now)).toBe("1 Mar, 09:05");
  expect(timeWords(new Date(2023, 11, 31, 9, 5).getTime(), now)).toBe("31 Dec 2023, 09:05");
});

test("the palette wants every word, and prefers what begins with the first", () => {
  const commands = ["Review", "Video title and avatar", "Preview a title"].map((label) => ({ label, kind: "Page", run: () => undefined }));
  expect(matching(commands, "title").map(({ label }) => label)).toEqual(["Video title and avatar", "Preview a title"]);
  expect(matching(commands, "re").map(({ label }) => label)).toEqual(["Review", "Preview a title"]);
  expect(matching(commands, "title video")).toHaveLength(1);
  expect(matching(commands, "")).toHaveLength(3);
});
