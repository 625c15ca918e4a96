/** What is said of a word under the pointer: fields, functions, resources, errors, variables and states. */

import { hoverTooltip, type EditorView, type Tooltip } from "@codemirror/view";

import { stateAround, machineOf } from "../../asl/machine";
import { variablesFor } from "../../asl/variables";
import { useDesigner } from "../state/store";
import { CONTEXT, ERRORS, INTRINSIC, JSONATA, signatureOf, STATES, TYPE_WORDS, wordsOf } from "./language/words";
import { offsetOf } from "./lineEnds";
import { placeAt, type Place } from "./place";
import { actionOf, memberWords } from "./remote";
import { standingOf, type Standing } from "./role";
import { commentOf, symbolAt } from "./symbols";

export interface Said {
  title: string;
  words: string;
  /** Its own page. */
  url?: string;
}

/** The name of a function or of a path of the Context Object at the cursor, within the text. */
function wordIn(text: string, at: number): string {
  const before = /[\w.$]*$/.exec(text.slice(0, at))?.[0] ?? "";
  const after = /^[\w.]*/.exec(text.slice(at))?.[0] ?? "";
  return before + after;
}

function ofExpression(word: string): Said | undefined {
  if (Object.hasOwn(INTRINSIC, word)) return { title: signatureOf(word, INTRINSIC), words: INTRINSIC[word]?.[1] ?? "" };
  const name = word.replace(/^\$/, "");
  if (word.startsWith("$") && Object.hasOwn(JSONATA, name)) return { title: `$${signatureOf(name, JSONATA)}`, words: JSONATA[name]?.[1] ?? "" };
  const context = /^(?:\$\$\.|\$states\.context\.)([\w.]+)$/.exec(word)?.[1];
  if (context !== undefined && Object.hasOwn(CONTEXT, context)) return { title: word, words: CONTEXT[context] ?? "" };
  const own = /^\$states\.(\w+)/.exec(word)?.[1];
  return own !== undefined && Object.hasOwn(STATES, own) ? { title: `$states.${own}`, words: STATES[own] ?? "" } : undefined;
}

/** Of names of this workflow; the text must parse. */
function ofSymbol(position: number): Said | undefined {
  const { good, text } = useDesigner.getState();
  if (good.text !== text) return undefined;
  const symbol = symbolAt(good, offsetOf(text, position));
  if (symbol?.kind === "state") return { title: `${symbol.state.name} (${symbol.state.type})`, words: commentOf(symbol.state) || (TYPE_WORDS[symbol.state.type] ?? "") };
  if (symbol?.kind === "unknown state") return { title: symbol.name, words: "There is no state of this name here." };
  if (symbol?.kind !== "variable") return undefined;
  const state = stateAround(machineOf(good), symbol.pointer);
  const found = state === undefined ? undefined : variablesFor(state).find(({ name }) => name === symbol.name);
  const where = [...new Set(found?.assigned.map(({ state: by }) => by.name))].join(", ");
  return { title: `$${symbol.name}`, words: where === "" ? "A variable." : `Assigned in ${where}.` };
}

async function ofResource(arn: string): Promise<Said | undefined> {
  const action = await actionOf(arn);
  if (action === undefined) return undefined;
  return { title: `${action.service}: ${action.action}`, words: [action.doc, action.note].filter((part) => part !== "").join("\n\n"), url: action.url };
}

async function ofName(place: Place, standing: Standing): Promise<Said | undefined> {
  const words = standing.role === "payload" ? await memberWords(standing, place.whole) : wordsOf(place.whole, standing.role);
  return words === undefined || words === "" ? undefined : { title: place.whole, words };
}

function ofValue(place: Place): Said | undefined {
  if (Object.hasOwn(ERRORS, place.whole)) return { title: place.whole, words: ERRORS[place.whole] ?? "" };
  return place.token === "Type" && Object.hasOwn(TYPE_WORDS, place.whole) ? { title: place.whole, words: TYPE_WORDS[place.whole] ?? "" } : undefined;
}

export async function saidAt(text: string, position: number): Promise<{ said: Said; from: number; to: number } | undefined> {
  const place = placeAt(text, position);
  if (place.to <= place.from) return undefined;
  const standing = standingOf(place);
  const found =
    ofSymbol(position) ??
    (place.expects === "key" ? await ofName(place, standing) : (ofExpression(wordIn(text, position)) ?? ofValue(place) ?? (place.token === "Resource" ? await ofResource(place.whole) : undefined)));
  return found === undefined ? undefined : { said: found, from: place.from, to: place.to };
}

function shown({ title, words, url }: Said): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-said";
  const head = box.appendChild(document.createElement("strong"));
  head.textContent = title;
  for (const part of words.split(/\n{2,}/)) box.appendChild(document.createElement("p")).textContent = part;
  if (url !== undefined && url !== "") {
    const link = box.appendChild(document.createElement("a"));
    link.href = url;
    link.target = "_blank";
    link.rel = "noreferrer";
    link.textContent = "AWS's own page";
  }
  return box;
}

export const hovering = hoverTooltip(async (view: EditorView, position: number): Promise<Tooltip | null> => {
  const found = await saidAt(view.state.doc.toString(), position);
  if (found === undefined) return null;
  return { pos: found.from, end: Math.min(found.to, view.state.doc.length), above: true, create: () => ({ dom: shown(found.said) }) };
}, { hoverTime: 400 });
