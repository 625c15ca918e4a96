/**
 * A definition as YAML, comments and all, kept in step with its JSON.
 *
 * The JSON is the truth. The YAML beside it is brought up to date node by node: what says the same keeps its comments, its
 * quotes and its place; what was renamed keeps its comments under the new name.
 */

import { Document, isMap, isScalar, isSeq, parseDocument, visit, type Pair, type YAMLMap, type YAMLSeq, type Node as YamlNode, type ParsedNode } from "yaml";

import type { JsonObject, JsonValue, SyntaxProblem } from "../../../asl/document";
import { isSame, renamings } from "../../../asl/patch";

const READING = { version: "1.2", schema: "core", prettyErrors: true, uniqueKeys: true, keepSourceTokens: false } as const;
const WRITING = { lineWidth: 0, indentSeq: true, blockQuote: "literal" } as const;

export type YamlDocument = Document.Parsed<ParsedNode>;
export type YamlResult = { ok: true; document: YamlDocument; value: JsonObject } | { ok: false; problems: SyntaxProblem[] };

const refused = (offset: number, length: number, message: string): YamlResult => ({ ok: false, problems: [{ offset, length: Math.max(1, length), message }] });

/** Anything short of one map without aliases is a list of problems. */
export function readYaml(text: string): YamlResult {
  const document = parseDocument(text, READING);
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map(({ pos, message }) => ({ offset: pos[0], length: Math.max(1, pos[1] - pos[0]), message: message.split(/ at line |\n/)[0] ?? message })) };
  }
  let alias: YamlResult | undefined;
  visit(document, {
    Alias: (_key, node) => {
      alias = refused(node.range?.[0] ?? 0, 1, "Anchors and aliases aren't taken. Write the value out where it is used.");
      return visit.BREAK;
    },
  });
  if (alias !== undefined) return alias;
  const value = document.toJS() as JsonValue;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return refused(0, text.length, "A definition is one map with StartAt and States.");
  return { ok: true, document, value };
}

/** A YAML text for a definition that has none yet. */
export function writeYaml(value: JsonValue): string {
  return new Document(value, { version: "1.2", schema: "core", aliasDuplicateObjects: false }).toString(WRITING);
}

/** `text` brought to say `value`; written anew where it can't be read. */
export function syncYaml(text: string, value: JsonObject): string {
  const read = text === "" ? undefined : readYaml(text);
  if (read?.ok !== true) return writeYaml(value);
  if (isSame(read.value, value) && JSON.stringify(read.value) === JSON.stringify(value)) return text;
  const { document } = read;
  document.contents = reconciled(document, document.contents, value) as ParsedNode;
  return document.toString(WRITING);
}

function reconciled(document: YamlDocument, node: YamlNode | null, value: JsonValue): YamlNode {
  if (isMap(node) && value !== null && typeof value === "object" && !Array.isArray(value)) return inMap(document, node, value);
  if (isSeq(node) && Array.isArray(value)) return inSeq(document, node, value);
  if (isScalar(node) && (value === null || typeof value !== "object")) {
    if (node.value !== value) node.value = value;
    return node;
  }
  const fresh = document.createNode(value) as YamlNode;
  fresh.comment = node?.comment ?? null;
  fresh.commentBefore = node?.commentBefore ?? null;
  return fresh;
}

const nameOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);

function inMap(document: YamlDocument, node: YAMLMap, value: JsonObject): YamlNode {
  const wanted = Object.keys(value);
  const names = node.items.map(nameOf);
  const isAlike = (gone: string, come: string): boolean => isSame(jsonOf(document, node.items.find((pair) => nameOf(pair) === gone)?.value), value[come]);
  for (const [gone, come] of renamings(names, wanted, isAlike)) {
    const pair = node.items.find((each) => nameOf(each) === gone);
    if (pair !== undefined && isScalar(pair.key)) pair.key.value = come;
  }
  const known = new Map(node.items.map((pair) => [nameOf(pair), pair]));
  node.items = wanted.map((name) => {
    const pair = known.get(name);
    if (pair === undefined) return document.createPair(name, value[name]);
    pair.value = reconciled(document, pair.value as YamlNode | null, value[name] as JsonValue);
    return pair;
  });
  if (node.items.length > 0) node.flow = node.flow === true && node.items.every(({ value: each }) => isScalar(each));
  return node;
}

function jsonOf(document: YamlDocument, node: unknown): JsonValue | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.toJS(document) as JsonValue) : undefined;
}

function inSeq(document: YamlDocument, node: YAMLSeq, value: JsonValue[]): YamlNode {
  const items = node.items as YamlNode[];
  const olds = items.map((item) => jsonOf(document, item));
  let same = 0;
  while (same < Math.min(olds.length, value.length) && isSame(olds[same], value[same])) same += 1;
  let tail = 0;
  while (tail < Math.min(olds.length, value.length) - same && isSame(olds[olds.length - 1 - tail], value[value.length - 1 - tail])) tail += 1;
  const old = items.slice(same, items.length - tail);
  const fresh = value.slice(same, value.length - tail).map((item, index) => (old[index] === undefined ? (document.createNode(item) as YamlNode) : reconciled(document, old[index], item)));
  node.items = [...items.slice(0, same), ...fresh, ...items.slice(items.length - tail)];
  if (node.items.length > 0) node.flow = node.flow === true && node.items.every((each) => isScalar(each));
  return node;
}

/** Where the value at a JSON Pointer's tokens stands, its name included, in the text that was read. */
export function rangeInYaml(document: YamlDocument, tokens: readonly string[], text: string): { from: number; to: number } {
  let node: unknown = document.contents;
  let from = 0;
  let to = document.range[1];
  for (const token of tokens) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((each) => nameOf(each) === token);
      if (pair === undefined) break;
      from = isScalar(pair.key) ? (pair.key.range?.[0] ?? from) : from;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(token)];
      from = (node as YamlNode | undefined)?.range?.[0] ?? from;
    } else break;
    to = (node as YamlNode | null | undefined)?.range?.[1] ?? to;
  }
  // A block reaches to where the next thing begins: the blanks before that aren't its own.
  return { from, to: Math.max(from + 1, from + text.slice(from, to).trimEnd().length) };
}

/** The tokens of the innermost value (or name) that holds `offset`. */
export function tokensInYaml(document: YamlDocument, offset: number): string[] {
  const tokens: string[] = [];
  let node: unknown = document.contents;
  for (;;) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.findLast(({ key }) => isScalar(key) && (key.range?.[0] ?? Infinity) <= offset);
      if (pair === undefined) return tokens;
      tokens.push(nameOf(pair));
      node = pair.value;
    } else if (isSeq(node)) {
      const index: number = node.items.findLastIndex((item) => ((item as YamlNode).range?.[0] ?? Infinity) <= offset);
      if (index < 0) return tokens;
      tokens.push(String(index));
      node = node.items[index];
    } else return tokens;
  }
}

