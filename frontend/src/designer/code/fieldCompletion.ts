/** Completion in a small editor, as if its text stood where it belongs in the definition. */

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { Prec, type Extension } from "@codemirror/state";
import { keymap, tooltips } from "@codemirror/view";

import { nodeAt, type ParsedDocument } from "../../asl/document";
import { lastToken, parentOf, type Pointer } from "../../asl/pointer";
import { useDesigner } from "../state/store";
import { completeIn } from "./completion";

/** The definition before and after what stands, or would stand, at `pointer`; undefined where nothing can stand there yet. */
function aroundField(document: ParsedDocument, pointer: Pointer): [before: string, after: string] | undefined {
  const { text } = document;
  const own = nodeAt(document, pointer);
  if (own !== undefined) return [text.slice(0, own.offset), text.slice(own.offset + own.length)];
  const holder = nodeAt(document, parentOf(pointer));
  if (holder?.type !== "object") return undefined;
  const begins = holder.offset + 1;
  const comma = (holder.children?.length ?? 0) > 0 ? "," : "";
  return [`${text.slice(0, begins)}${JSON.stringify(lastToken(pointer))}: `, comma + text.slice(begins)];
}

export async function completeField(context: CompletionContext, pointer: Pointer): Promise<CompletionResult | null> {
  const around = aroundField(useDesigner.getState().good, pointer);
  if (around === undefined) return null;
  const [before, after] = around;
  const found = await completeIn(before + context.state.doc.toString() + after, before.length + context.pos, context);
  if (found === null) return null;
  return { ...found, from: found.from - before.length, ...(found.to === undefined ? {} : { to: found.to - before.length }) };
}

/** `parent` is what the list is drawn in: a modal dialog covers the rest of the page. */
export function fieldCompletion(pointer: Pointer, parent: HTMLElement): Extension {
  return [
    Prec.high(keymap.of([{ key: "Tab", run: acceptCompletion }])),
    keymap.of([...closeBracketsKeymap, ...completionKeymap]),
    closeBrackets(),
    autocompletion({ override: [(context) => completeField(context, pointer)], icons: false, maxRenderedOptions: 80, defaultKeymap: false }),
    tooltips({ parent }),
  ];
}
