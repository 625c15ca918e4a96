import { describe, expect, it } from "vitest";

import { definitions } from "./definitions.fixture";
import { fitting, picture, type PictureLook } from "./picture";
import { project } from "./project";

const LOOK: PictureLook = {
  palette: { page: "#fffffa", panel: "#ffffff", line: "#dddddd", ink: "#111111", ink2: "#555555", edge: "#888888", sunk: "#f4f4f4", amber: "#cc8800", tones: { ok: { line: "#00aa00", wash: "#eeffee", ink: "#006600" } } },
  glyph: (icon) => `<path data-icon="${icon}"/>`,
  statusGlyph: (tone) => `<path data-status="${tone}"/>`,
  fontFaces: "",
};
const DEFINITION = {
  StartAt: "A & <b>",
  States: {
    "A & <b>": { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Comment: 'Says "hi"', Catch: [{ ErrorEquals: ["States.ALL"], Next: "Bad" }], Next: "Both" },
    Both: { Type: "Parallel", Branches: [{ StartAt: "L", States: { L: { Type: "Pass", End: true } } }, { StartAt: "R", States: { R: { Type: "Wait", Seconds: 1, End: true } } }], End: true },
    Bad: { Type: "Fail" },
  },
};

describe("the picture", () => {
  it("shows every state, line and container once, in the colours given, with text that is only text", () => {
    const { svg, width, height } = picture({ graph: project(DEFINITION), title: "T<" }, LOOK);
    expect(svg).toContain("<title>T&lt;</title>");
    expect(svg).toContain("A &amp; &lt;b&gt;</text>");
    expect(svg).toContain("Says &quot;hi&quot;");
    expect(svg.match(/data-icon=/g)).toHaveLength(5);
    expect(svg).toContain('stroke="#cc8800" stroke-dasharray');
    expect(svg).toContain(`viewBox="-24 -24 ${String(width)} ${String(height)}"`);
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg)/);
  });

  it("shows how a run stands, and a container that is collapsed as one state", () => {
    const graph = project(DEFINITION);
    const collapsed = new Set(["/States/Both"]);
    const { svg } = picture({ graph, title: "T", collapsed, decorations: new Map([["/States/Both", { tone: "ok", line: "1.2 s" }]]) }, LOOK);
    expect(svg).toContain('stroke="#00aa00"');
    expect(svg).toContain("1.2 s</text>");
    expect(svg).not.toContain(">L</text>");
  });

  it("has a title above and the meaning of its colours below, in as many rows as they need", () => {
    const graph = project(DEFINITION);
    const bare = picture({ graph, title: "T" }, LOOK);
    const legend = [["ok", "Succeeded"], ["fail", "Failed"], ["wait", "Waiting for a person"], ["idle", "Not reached in this run at all"], ["stop", "Aborted"]] as const;
    const { svg, height } = picture({ graph, title: "Run 7", line: "Failed, 2 s", legend, decorations: new Map([["/States/Bad", { tone: "fail", aside: "×3" }]]) }, LOOK);
    expect(svg).toContain(">Run 7</text>");
    expect(svg).toContain("Failed, 2 s</text>");
    expect(svg.match(/data-status="fail"/g)).toHaveLength(2);
    expect(svg).toContain("×3</text>");
    expect(svg).not.toMatch(/NaN|undefined/);
    expect(height).toBeGreaterThan(bare.height + 48 + 22);
  });

  it("cuts what has no room", () => {
    expect(fitting("short", 100, 13)).toBe("short");
    expect(fitting("a very long name of a state indeed", 80, 13)).toMatch(/^a very.*…$/);
  });

  it("is made of real definitions", () => {
    for (const { name, definition } of definitions().slice(0, 60)) {
      const { svg } = picture({ graph: project(definition), title: name }, LOOK);
      expect(svg, name).not.toMatch(/NaN|undefined/);
    }
  });
});
