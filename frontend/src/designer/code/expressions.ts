/** Completion inside a value that is read: JSONPath with the intrinsic functions, or JSONata between {% and %}. */

import type { Completion } from "@codemirror/autocomplete";

import type { Standing } from "./role";
import { CONTEXT, INTRINSIC, JSONATA, STATES } from "./language/words";

export interface Part {
  /** How many characters before the cursor the choice takes the place of. */
  length: number;
  options: Completion[];
  /** What may be typed on before the choices are others. */
  validFor: RegExp;
}

export interface Scope {
  standing: Standing;
  /** The names of the variables that may be read, and which states assign them. */
  variables: { name: string; assigned: string[] }[];
  /** Fields that hold a path or an intrinsic function as they are. */
  isPath: boolean;
}

const of = (label: string, type: string, detail = "", info = ""): Completion => ({ label, type, ...(detail === "" ? {} : { detail }), ...(info === "" ? {} : { info }) });

/** A root or a variable without its members, or a function: beyond "$." and "$$." other choices follow. */
const PATH_BEGINS = /^(\$\$?\w*|[\w.]*)$/;
const JSONATA_BEGINS = /^\$\w*(\.\w*)?$/;
const PATH_FIELD = /(Path|^Variable)$/;

/** Is the text at a member called `token` read as JSONPath? */
export function isReadAsPath(token: string, standing: Standing): boolean {
  if (standing.language === "JSONata") return false;
  return token.endsWith(".$") || (standing.payload === undefined && PATH_FIELD.test(token));
}

function contextPart(typed: string, prefix: RegExp): Part | undefined {
  const found = prefix.exec(typed);
  if (found === null) return undefined;
  const written = found[1] ?? "";
  const options = Object.entries(CONTEXT).map(([path, words]) => of(path, "property", "", words));
  return { length: written.length, options, validFor: /^[\w.]*$/ };
}

function variablePart(typed: string, scope: Scope): Part | undefined {
  const written = /(?:^|[^\w$])(\$\w*)$/.exec(typed)?.[1];
  if (written === undefined) return undefined;
  const { language } = scope.standing;
  const own = language === "JSONata" ? jsonataRoots() : [of("$", "keyword", "the input"), of("$$", "keyword", "the Context Object")];
  const variables = scope.variables.map(({ name, assigned }) => of(`$${name}`, "variable", `assigned in ${assigned.join(", ")}`));
  return { length: written.length, options: [...variables, ...own], validFor: language === "JSONata" ? JSONATA_BEGINS : PATH_BEGINS };
}

function jsonataRoots(): Completion[] {
  const roots = Object.entries(STATES).map(([name, words]) => of(`$states.${name}`, "keyword", "", words));
  const functions = Object.entries(JSONATA).map(([name, [signature, words]]) => callOf(`$${name}`, signature, words));
  return [...roots, ...functions];
}

/** The name with its parentheses; the cursor stands between them where there is something to hand over. */
function callOf(name: string, signature: string, words: string): Completion {
  return {
    label: name,
    type: "function",
    detail: `(${signature})`,
    info: words,
    apply: (view, _completion, from, to) => {
      const hasParenthesis = view.state.sliceDoc(to, to + 1) === "(";
      const insert = hasParenthesis ? name : `${name}()`;
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + name.length + (signature === "" && !hasParenthesis ? 2 : 1) }, userEvent: "input.complete" });
    },
  };
}

function intrinsicPart(typed: string): Part | undefined {
  const written = /(?:^|[(,\s])(S(?:tates(?:\.\w*)?|tate?|ta?)?)$/.exec(typed)?.[1];
  if (written === undefined && typed !== "") return undefined;
  return { length: (written ?? "").length, options: Object.entries(INTRINSIC).map(([name, [signature, words]]) => callOf(name, signature, words)), validFor: /^[\w.]*$/ };
}

function together(parts: (Part | undefined)[]): Part | undefined {
  const found = parts.filter((part) => part !== undefined);
  const [first] = found;
  if (first === undefined) return undefined;
  return { length: first.length, options: found.filter(({ length }) => length === first.length).flatMap(({ options }) => options), validFor: PATH_BEGINS };
}

/** What may follow `typed`, a value's text up to the cursor. */
export function expressionPart(typed: string, scope: Scope): Part | undefined {
  const { language } = scope.standing;
  if (language === "JSONata") {
    const begins = typed.lastIndexOf("{%");
    if (begins < 0) return { length: typed.length, options: [jsonataBraces()], validFor: /^[\w.$]*$/ };
    const inner = typed.slice(begins + 2);
    return contextPart(inner, /\$states\.context\.([\w.]*)$/) ?? memberPart(inner) ?? variablePart(inner, scope);
  }
  if (!scope.isPath) return undefined;
  if (typed === "") return together([rootsPart(scope), intrinsicPart("")]);
  return contextPart(typed, /\$\$\.([\w.]*)$/) ?? together([variablePart(typed, scope), intrinsicPart(typed)]);
}

function rootsPart(scope: Scope): Part {
  return { length: 0, options: variablePart("$", scope)?.options ?? [], validFor: PATH_BEGINS };
}

function memberPart(inner: string): Part | undefined {
  const written = /\$states\.(\w*)$/.exec(inner)?.[1];
  if (written === undefined) return undefined;
  return { length: written.length, options: Object.entries(STATES).map(([name, words]) => of(name, "keyword", "", words)), validFor: /^\w*$/ };
}

function jsonataBraces(): Completion {
  return {
    label: "{% … %}",
    type: "text",
    detail: "a JSONata expression",
    apply: (view, _completion, from, to) => {
      view.dispatch({ changes: { from, to, insert: "{%  %}" }, selection: { anchor: from + 3 }, userEvent: "input.complete" });
    },
  };
}
