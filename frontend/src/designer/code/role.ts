/** What an object of a definition is, told from where it stands: a state, a rule, a Retrier, a template ... */

import type { Around, Place } from "./place";

export type Language = "JSONPath" | "JSONata";

export type Role =
  | "machine" | "branch" | "processor" | "processorConfig" | "states" | "state" | "rules" | "rule" | "handlers" | "retrier" | "catcher" | "errors"
  | "itemReader" | "readerConfig" | "itemBatcher" | "resultWriter" | "writerConfig" | "credentials" | "branches" | "payload" | "other"; // prettier-ignore

export interface Standing {
  role: Role;
  language: Language;
  /** The innermost state around. */
  state: Around | undefined;
  stateName: string;
  /** The objects with States around, outermost first, and the tokens that lead to the innermost. */
  scope: Around | undefined;
  scopeTokens: string[];
  /** Inside a payload: the field that holds it, and the names that lead to this object. */
  payload: { field: string; path: string[] } | undefined;
}

const PAYLOADS = new Set(["Parameters", "Arguments", "ResultSelector", "ItemSelector", "Output", "Assign", "Result", "BatchInput"]);

const WITHIN: Partial<Record<Role, Record<string, Role>>> = {
  machine: { States: "states" },
  branch: { States: "states" },
  processor: { States: "states", ProcessorConfig: "processorConfig" },
  state: {
    Branches: "branches", ItemProcessor: "processor", Iterator: "processor", Choices: "rules", Retry: "handlers", Catch: "handlers",
    ItemReader: "itemReader", ItemBatcher: "itemBatcher", ResultWriter: "resultWriter", Credentials: "credentials",
  }, // prettier-ignore
  rule: { And: "rules", Or: "rules", Not: "rule" },
  retrier: { ErrorEquals: "errors" },
  catcher: { ErrorEquals: "errors" },
  itemReader: { ReaderConfig: "readerConfig" },
  resultWriter: { WriterConfig: "writerConfig" },
};

const EACH: Partial<Record<Role, Role>> = { states: "state", branches: "branch", rules: "rule" };

function inside(role: Role, token: string, before: string): Role {
  if (role === "handlers") return before === "Retry" ? "retrier" : "catcher";
  if (EACH[role] !== undefined) return EACH[role];
  if (role === "payload") return "payload";
  return WITHIN[role]?.[token] ?? (PAYLOADS.has(token) ? "payload" : "other");
}

export function standingOf(place: Place): Standing {
  const [root] = place.around;
  let role: Role = root === undefined ? "other" : "machine";
  const found: Standing = { role, language: "JSONPath", state: undefined, stateName: "", scope: root, scopeTokens: [], payload: undefined };
  const top = root?.members.get("QueryLanguage");
  const tokens: string[] = [];
  for (const around of place.around.slice(1)) {
    const before = tokens.at(-1) ?? "";
    role = inside(role, around.token, before);
    tokens.push(around.token);
    if (role === "state") {
      found.state = around;
      found.stateName = around.token;
    } else if (role === "branch" || role === "processor") {
      found.scope = around;
      found.scopeTokens = [...tokens];
    }
    if (role === "payload") found.payload = found.payload === undefined ? { field: around.token, path: [] } : { ...found.payload, path: [...found.payload.path, around.token] };
    else found.payload = undefined;
  }
  const own = found.state?.members.get("QueryLanguage") ?? top;
  return { ...found, role, language: own === "JSONata" ? "JSONata" : "JSONPath" };
}
