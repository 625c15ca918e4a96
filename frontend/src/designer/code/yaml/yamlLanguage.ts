/** YAML's colours and folding: names, texts, numbers, comments; a block is what is indented further. */

import { foldService, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting, type StreamParser } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

interface Reading {
  /** The indentation of the line whose block text (| or >) is being read, or -1. */
  block: number;
  /** How many { and [ are open: inside them commas and brackets end a text. */
  flow: number;
}

const NAME = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#'"{}[\],&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?)\s*(?=:(?:\s|$))/;

const parser: StreamParser<Reading> = {
  startState: () => ({ block: -1, flow: 0 }),
  token(stream, state) {
    if (stream.sol() && state.block >= 0) {
      if (stream.indentation() > state.block || /^\s*$/.test(stream.string)) {
        stream.skipToEnd();
        return "string";
      }
      state.block = -1;
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^(?:---|\.\.\.)$/)) return "meta";
    if (stream.match(/^[{[]/)) {
      state.flow += 1;
      return "punctuation";
    }
    if (state.flow > 0 && stream.match(/^[}\]]/)) {
      state.flow -= 1;
      return "punctuation";
    }
    if (stream.match(/^- |^-$/) || stream.match(/^[,:?](?=\s|$)/)) return "punctuation";
    if (stream.match(NAME)) return "propertyName";
    if (stream.match(/^[|>][+-]?\d?[+-]?\s*(?=#|$)/)) {
      state.block = stream.indentation();
      return "punctuation";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^']|'')*'?/)) return "string";
    if (stream.match(/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?=\s*(?:$|#|[,}\]]))/)) return "number";
    if (stream.match(/^(?:true|false|null|~)(?=\s*(?:$|#|[,}\]]))/)) return "bool";
    if (stream.match(state.flow > 0 ? /^[^\s#,{}[\]]+(?:[ \t]+[^\s#,{}[\]]+)*/ : /^\S+(?:[ \t]+[^\s#]\S*)*/)) return "string";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "#" } },
};

/** A line's block: the lines after it that are indented further. */
const folding = foldService.of((state, start) => {
  const line = state.doc.lineAt(start);
  const indent = /^\s*/.exec(line.text)?.[0].length ?? 0;
  if (line.text.trim() === "") return null;
  let end = line.to;
  for (let number = line.number + 1; number <= state.doc.lines; number += 1) {
    const next = state.doc.line(number);
    if (next.text.trim() === "") continue;
    if ((/^\s*/.exec(next.text)?.[0].length ?? 0) <= indent) break;
    end = next.to;
  }
  return end > line.to ? { from: line.to, to: end } : null;
});

const comments = HighlightStyle.define([{ tag: tags.comment, color: "var(--ink-2)", fontStyle: "italic" }]);

export const yamlLanguage: Extension = [StreamLanguage.define(parser), syntaxHighlighting(comments), folding, indentUnit.of("  "), EditorState.tabSize.of(2)];
