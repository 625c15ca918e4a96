/** What the code pane offers where the cursor stands. Each choice leaves valid JSON: quotes, the colon and the commas come along. */

import { pickedCompletion, snippet, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";

import { machineOf, stateAt } from "../../asl/machine";
import { join } from "../../asl/pointer";
import { variablesFor } from "../../asl/variables";
import { useDesigner } from "../state/store";
import { expressionPart, isReadAsPath, type Scope } from "./expressions";
import { placeAt, tokensAround, type Place } from "./place";
import { payloadMembers, payloadValues, resourcesLike } from "./remote";
import { standingOf, type Standing } from "./role";
import { IN_JSONATA, NEW_STATES, valueSnippet } from "./snippets";
import { ERRORS, fieldsOf, TYPE_WORDS, VALUES } from "./language/words";

export interface Choice {
  label: string;
  type: string;
  detail?: string | undefined;
  info?: string | undefined;
  boost?: number | undefined;
  /** For a new member: what is written as its value, as a snippet. */
  value?: string;
}

const BETWEEN = /^[\s]*/;

function before(view: EditorView, from: number): { char: string; at: number } {
  const text = view.state.sliceDoc(Math.max(0, from - 400), from);
  const trimmed = text.trimEnd();
  return { char: trimmed.at(-1) ?? "", at: from - (text.length - trimmed.length) };
}

function after(view: EditorView, to: number): string {
  return view.state.sliceDoc(to, to + 400).replace(BETWEEN, "").charAt(0);
}

/** Write `text` (a snippet) in place of what was typed, with the commas that its neighbours need. */
function write(view: EditorView, completion: Completion, from: number, to: number, template: string): void {
  const previous = before(view, from);
  const needsComma = previous.char !== "" && !"{[,:".includes(previous.char);
  const next = after(view, to);
  const tail = next !== "" && !"}],:".includes(next) ? "," : "";
  if (needsComma) view.dispatch({ changes: { from: previous.at, insert: "," } });
  const shift = needsComma ? 1 : 0;
  snippet(`${template}${tail}`)(view, completion, from + shift, to + shift);
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("}", "\\}").replaceAll("${", "\\${").replaceAll("#{", "\\#{");

function memberChoice(place: Place, { label, value, ...rest }: Choice): Completion {
  return {
    ...shown({ label, ...rest }),
    apply: (view, completion, start, end) => {
      const { from, to } = withQuotes(view, place, start, end);
      if (after(view, to) === ":") {
        const name = JSON.stringify(label);
        view.dispatch({ changes: { from, to, insert: name }, selection: { anchor: from + name.length }, annotations: pickedCompletion.of(completion), userEvent: "input.complete" });
      } else write(view, completion, from, to, value?.startsWith('"${Name}"') === true ? value : `${escaped(JSON.stringify(label))}: ${value ?? valueSnippet(label)}`);
    },
  };
}

function shown({ label, type, detail, info, boost }: Choice): Completion {
  return { label, type, ...(detail === undefined ? {} : { detail }), ...(info === undefined || info === "" ? {} : { info }), ...(boost === undefined ? {} : { boost }) };
}

function valueChoice(place: Place, choice: Choice): Completion {
  return {
    ...shown(choice),
    apply: (view, completion, start, end) => {
      const { from, to } = withQuotes(view, place, start, end);
      write(view, completion, from, to, escaped(JSON.stringify(choice.label)));
    },
  };
}

/** The text that is chosen, as far as it has been typed by now, with its quotes. */
function withQuotes(view: EditorView, place: Place, start: number, end: number): { from: number; to: number } {
  if (!place.isText) return { from: start, to: end };
  return { from: start - 1, to: view.state.sliceDoc(end, end + 1) === '"' ? end + 1 : end };
}

/** Names of states that a reference here may mean, the one's own last. */
function stateNames({ scope, stateName, scopeTokens }: Standing): Choice[] {
  const machine = machineOf(useDesigner.getState().good);
  const known = machine.scopes.get(join("", ...scopeTokens));
  const names = known === undefined ? [] : [...known.states.values()];
  if (scope === undefined) return [];
  return names.map(({ name, type }) => ({ label: name, type: "class", detail: type, boost: name === stateName ? -1 : 0 }));
}

/** Of this workflow: its names and what its Tasks call. */
function knownErrors(): Choice[] {
  return Object.entries(ERRORS).map(([label, info]) => ({ label, type: "enum", info }));
}

function newStates(standing: Standing): Choice[] {
  return Object.entries(NEW_STATES).map(([type, template]) => ({
    label: `A new ${type} state`,
    type: "class",
    info: TYPE_WORDS[type] ?? "",
    value: (standing.language === "JSONata" ? IN_JSONATA[type] : undefined) ?? template,
  }));
}

async function members(standing: Standing): Promise<Choice[]> {
  if (standing.role === "states") return newStates(standing);
  if (standing.role === "payload") return payloadMembers(standing);
  return fieldsOf(standing).map(([label, info]) => ({ label, type: "property", info }));
}

async function values(place: Place, standing: Standing): Promise<Choice[]> {
  const { token } = place;
  if (standing.role === "errors") return knownErrors();
  if (standing.role === "payload") return payloadValues(standing, token);
  if (token === "Next" || token === "Default" || token === "StartAt") return stateNames(standing);
  if (token === "Resource" && standing.role === "state") return resourcesLike(place.whole);
  const fixed = VALUES[token];
  return (fixed ?? []).map((label) => ({ label, type: "enum", info: token === "Type" ? (TYPE_WORDS[label] ?? "") : "" }));
}

/** Variables that may be read where the cursor stands. */
export function scopeAt(place: Place, standing: Standing): Scope {
  const tokens = tokensAround(place);
  const at = tokens.lastIndexOf("States");
  const state = stateAt(machineOf(useDesigner.getState().good), join("", ...tokens.slice(0, at + 2)));
  const found = state === undefined ? [] : variablesFor(state);
  const variables = found.map(({ name, assigned }) => ({ name, assigned: [...new Set(assigned.map(({ state: { name: by } }) => by))] }));
  return { standing, variables, isPath: isReadAsPath(place.token, standing) };
}

export function complete(context: CompletionContext): Promise<CompletionResult | null> {
  return completeIn(context.state.doc.toString(), context.pos, context);
}

/** What may stand at `position` of a definition's `text`; places in the answer are the text's. */
export async function completeIn(text: string, position: number, context: Pick<CompletionContext, "explicit" | "aborted">): Promise<CompletionResult | null> {
  const place = placeAt(text, position);
  const isTyping = place.isText || place.to > place.from;
  if (!isTyping && !context.explicit) return null;
  const standing = standingOf(place);
  if (place.expects === "key") return keys(place, standing, context);
  if (place.expects !== "value") return null;
  if (place.isText) {
    const part = expressionPart(place.typed, scopeAt(place, standing));
    if (part !== undefined && standing.role !== "states") return { from: position - part.length, options: part.options, validFor: part.validFor };
  }
  const choices = await values(place, standing);
  if (choices.length === 0) return null;
  return { from: contentStart(place), to: contentEnd(place), options: choices.map((choice) => valueChoice(place, choice)), ...(place.token === "Resource" ? { filter: false } : { validFor: /^[^"]*$/ }) };
}

async function keys(place: Place, standing: Standing, context: Pick<CompletionContext, "aborted">): Promise<CompletionResult | null> {
  const present = place.around.at(-1)?.members ?? new Map<string, unknown>();
  const found = await members(standing);
  const free = found.filter(({ label }) => label === place.whole || !isThere(label, present));
  if (free.length === 0 || context.aborted) return null;
  return { from: contentStart(place), to: contentEnd(place), options: free.map((choice) => memberChoice(place, choice)), validFor: /^[^"]*$/ };
}

function isThere(label: string, present: ReadonlyMap<string, unknown>): boolean {
  return present.has(label) || present.has(`${label}.$`) || (label.endsWith(".$") && present.has(label.slice(0, -2)));
}

/** Without its quotes, so that what was typed can be compared with what there is. */
function contentStart(place: Place): number {
  return place.isText ? place.from + 1 : place.from;
}

function contentEnd(place: Place): number {
  return place.isText ? Math.max(place.from + 1, Math.min(place.to, place.from + 1 + place.whole.length)) : place.to;
}
