/** Real definitions for tests: a folder beside the repository, when it is there. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname, "../../../../../shared/definitions");

export interface Definition {
  name: string;
  text: string;
}

/** Empty when the folder isn't there; tests then skip with `absent`. */
export const definitions: Definition[] = existsSync(FOLDER)
  ? readdirSync(FOLDER)
      .filter((name) => name.endsWith(".json") && name !== "manifest.json")
      .sort()
      .map((name) => ({ name, text: readFileSync(resolve(FOLDER, name), "utf8") }))
  : [];

export const absent = `no definitions at ${FOLDER}`;
