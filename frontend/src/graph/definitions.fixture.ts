/** Real definitions for tests, read from beside the repository; an empty list where they aren't there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../../../../shared/definitions");

export function definitions(): { name: string; definition: unknown }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && name !== "manifest.json")
    .sort()
    .map((name) => ({ name, definition: JSON.parse(readFileSync(resolve(folder, name), "utf8")) as unknown }));
}
