/** What there is in the States Language, in words: for completion and for hovering. */

import fieldsJson from "./fields.json";
import wordsJson from "./words.json";
import type { Language, Role, Standing } from "../role";

type Texts = Record<string, string>;
type Signed = Record<string, [signature: string, words: string]>;

const tables = fieldsJson as unknown as Record<string, Texts> & { types: Record<string, string[]>; jsonpathOnly: string[]; jsonataOnly: string[]; values: Record<string, string[]> };

export const VALUES: Record<string, readonly string[]> = tables.values;
export const TYPE_WORDS: Texts = tables["typeDocs"] ?? {};
export const ERRORS: Texts = wordsJson.errors;
export const CONTEXT: Texts = wordsJson.context;
export const STATES: Texts = wordsJson.states;
export const INTRINSIC = wordsJson.intrinsic as unknown as Signed;
export const JSONATA = wordsJson.jsonata as unknown as Signed;

const EVERY_STATE = ["Type", "Comment", "QueryLanguage"];
const jsonpathOnly = new Set(tables.jsonpathOnly);
const jsonataOnly = new Set(tables.jsonataOnly);
const OPERATOR = /^(Is|And$|Or$|Not$|Boolean|Numeric|String|Timestamp)/;

function tableOf(role: Role): Texts | undefined {
  return role === "processor" ? { ...tables["branch"], ProcessorConfig: "How the items are gone through: inside this execution, or each as one of its own." } : tables[role];
}

/** Does a field belong to the other query language? Output and Assign of a rule or a Catcher count as the state's. */
function isForeign(field: string, role: Role, language: Language): boolean {
  if (language === "JSONPath") return jsonataOnly.has(field);
  return jsonpathOnly.has(field) || (role === "rule" && OPERATOR.test(field));
}

/** The fields that an object of this role may have, with their words; in JSON's own order of writing them. */
export function fieldsOf({ role, language, state }: Standing): [name: string, words: string][] {
  const table = tableOf(role);
  if (table === undefined) return [];
  const type = state?.members.get("Type");
  const own = role === "state" && type !== undefined ? tables.types[type] : undefined;
  const names = own === undefined ? Object.keys(table) : [...EVERY_STATE, ...own];
  return names.filter((name) => !isForeign(name, role, language)).map((name) => [name, table[name] ?? ""]);
}

/** What a field means, wherever it stands. */
export function wordsOf(field: string, role: Role): string | undefined {
  return tableOf(role)?.[field];
}

export function signatureOf(name: string, table: Signed): string {
  return `${name}(${table[name]?.[0] ?? ""})`;
}
