import { describe, expect, it } from "vitest";

import { normalised, offsetOf, positionOf, withLineEndsOf } from "./lineEnds";

describe("line ends", () => {
  it.each(["a\nb\nc", "a\r\nb\r\n\r\nc", "a\r\nb\nc\r\n", ""])("of %j map there and back at every position", (text) => {
    const plain = normalised(text);
    expect(plain).not.toContain("\r");
    for (let position = 0; position <= plain.length; position += 1) {
      const offset = offsetOf(text, position);
      expect(positionOf(text, offset)).toBe(position);
      expect(normalised(text.slice(0, offset))).toBe(plain.slice(0, position));
    }
  });

  it("of what is typed become the document's own", () => {
    expect(withLineEndsOf("{\r\n}", "a\nb")).toBe("a\r\nb");
    expect(withLineEndsOf("{\n}", "a\nb")).toBe("a\nb");
  });
});
