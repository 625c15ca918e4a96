/** How long the layout takes, for `make bench-ui`: lays out every JSON file of a folder, and prints seconds by name. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../project";
import { layout } from "./index";

const [, , folder = "."] = process.argv;
const TIMES = 5;
const figures: Record<string, number> = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const graph = project(JSON.parse(readFileSync(join(folder, file), "utf8")));
  layout(graph); // as in a browser that has drawn before
  const took = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    layout(graph);
    return (performance.now() - start) / 1000;
  });
  figures[file.replace(/\.json$/, "")] = took.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? NaN;
}
process.stdout.write(JSON.stringify(figures));
