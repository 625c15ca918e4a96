/** What the code pane and the small editors share: JSON, the theme's colours, keys. */

import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--syn-key)", fontWeight: "500" },
  { tag: tags.string, color: "var(--syn-str)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--syn-num)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--syn-punct)" },
]);

const look = EditorView.theme({
  "&": { fontSize: "0.75rem", backgroundColor: "var(--color-base-100)", color: "var(--color-base-content)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.25rem", fontFeatureSettings: '"calt" 0' },
  ".cm-gutters": { backgroundColor: "var(--color-base-100)", color: "var(--ink-3)", border: "none", fontSize: "0.6875rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-cursor": { borderLeftColor: "var(--color-base-content)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "var(--color-base-300) !important" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--color-base-300)", outline: "none" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--color-secondary)", border: "none", color: "var(--ink-2)", padding: "0 .25rem" },
  ".cm-tooltip": { backgroundColor: "var(--color-base-100)", border: "none", borderRadius: "6px", boxShadow: "var(--float)", fontFamily: "var(--font-sans)", color: "var(--color-base-content)" },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "3px solid transparent" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--st-fail)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--st-retry)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--st-fail)", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--st-retry)", textUnderlineOffset: "3px" },
  ".cm-lint-marker": { width: "8px", height: "8px", margin: "5px auto 0" },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--st-fail)", borderRadius: "50%" },
  ".cm-lint-marker-warning": { content: "none", backgroundColor: "var(--st-retry)", clipPath: "polygon(50% 0, 100% 100%, 0 100%)" },
  ".cm-panels": { fontFamily: "var(--font-sans)", backgroundColor: "var(--sunk)", color: "var(--color-base-content)", borderColor: "var(--color-base-300)" },
  ".cm-panels .cm-textfield": { backgroundColor: "var(--color-base-100)", border: "1px solid var(--control)", borderRadius: "6px", color: "inherit", fontSize: "0.75rem", height: "1.75rem", padding: "0 .5rem" },
  ".cm-panels .cm-button": { backgroundImage: "none", backgroundColor: "var(--color-base-100)", border: "1px solid var(--line-2)", borderRadius: "6px", fontSize: "0.75rem", height: "1.75rem", padding: "0 .625rem" },
  ".cm-panels .cm-button:active": { backgroundImage: "none", backgroundColor: "var(--hover)" },
  ".cm-panel.cm-search": { padding: "6px 36px 6px 10px", lineHeight: "2.25rem" },
  ".cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label": { margin: "0 6px 0 0", lineHeight: "1.25rem", verticalAlign: "middle" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", fontSize: "0.75rem" },
  ".cm-panel.cm-search input[type=checkbox]": { margin: "0", accentColor: "var(--color-base-content)" },
  ".cm-panel.cm-search [name=close]": { top: "8px", right: "10px", width: "1.5rem", height: "1.5rem", fontSize: "1rem", borderRadius: "6px" },
  ".cm-panel.cm-search [name=close]:hover": { backgroundColor: "var(--hover)" },
  ".cm-searchMatch": { backgroundColor: "var(--st-retry-wash)", outline: "1px solid var(--st-retry-line)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--st-retry-line)" },
  ".cm-tooltip.cm-tooltip-hover": { maxWidth: "34rem", zIndex: "60" },
  ".cm-said": { padding: "8px 12px", fontSize: "0.75rem", lineHeight: "1.125rem", maxHeight: "18rem", overflowY: "auto" },
  ".cm-said strong": { fontFamily: "var(--font-mono)", fontWeight: "500" },
  ".cm-said p": { color: "var(--ink-2)", marginTop: "4px", whiteSpace: "pre-wrap" },
  ".cm-said a": { textDecoration: "underline", display: "inline-block", marginTop: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete": { zIndex: "60" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", fontSize: "0.75rem", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "1.125rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--color-secondary)", color: "var(--color-base-content)", outline: "2px solid var(--color-base-content)", outlineOffset: "-2px" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--ink-2)", marginLeft: "1em" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 12px", fontSize: "0.75rem", lineHeight: "1.125rem", maxWidth: "22rem", maxHeight: "16rem", overflowY: "auto" },
  ".cm-diagnosticAction": { backgroundColor: "var(--color-base-content)", color: "var(--color-base-100)", borderRadius: "4px", padding: "2px 8px", margin: "4px 6px 2px 0", fontSize: "0.75rem" },
  ".cm-snippetField": { backgroundColor: "var(--color-secondary)" },
  ".cm-dialog": { padding: "6px 10px", fontSize: "0.75rem" },
  ".cm-dialog label": { marginRight: "6px" },
  // The library's own marks aren't in our typeface.
  ".cm-collapsedLines": { fontFamily: "var(--font-sans)", backgroundImage: "none", backgroundColor: "var(--sunk)", color: "var(--ink-2)" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "none" },
  ".cm-state": { backgroundColor: "var(--color-secondary)" },
});

const words = EditorState.phrases.of({
  next: "Next",
  previous: "Previous",
  all: "Select all",
  "match case": "Match case",
  regexp: "Regular expression",
  "by word": "Whole words",
  replace: "Replace",
  "replace all": "Replace all",
  close: "Close",
});

/** Colours, look and words of any text in the pane. */
export const textLook: Extension = [syntaxHighlighting(colours), look, words, drawSelection()];

export const jsonEditing: Extension = [
  json(),
  textLook,
  bracketMatching(),
  indentOnInput(),
  indentUnit.of("  "),
  EditorState.tabSize.of(2),
];

export const fullEditing: Extension = [lineNumbers(), codeFolding(), foldGutter(), highlightActiveLine(), keymap.of(foldKeymap)];

/** Tab indents; Escape first lets Tab move on, so that the keyboard is never caught (WCAG 2.1.2). */
export const editingKeys = keymap.of([...defaultKeymap, indentWithTab]);
