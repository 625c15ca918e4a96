/** Members that stand twice in one object: JSON takes the last one silently, so the first is lost without a word. */

import type { Node, ParsedDocument } from "./document";
import { join, type Pointer } from "./pointer";
import type { Written } from "./tree";

export interface Duplicate {
  /** The object that holds both. */
  pointer: Pointer;
  key: string;
  /** The place of the one that doesn't count among the object's members. */
  index: number;
  /** Where its name stands. */
  from: number;
  to: number;
}

/** Worked out once for what is written, wherever it stands: an edit looks again only at what it changed. */
const clean = new WeakSet<Written>();

function isClean(written: Written): boolean {
  if (written.isLeaf || clean.has(written)) return true;
  if (written.type === "object" && new Set(written.items.map(({ items }) => items[0]?.value)).size < written.items.length) return false;
  if (!written.items.every(isClean)) return false;
  clean.add(written);
  return true;
}

export function duplicatesIn({ root }: ParsedDocument): Duplicate[] {
  const found: Duplicate[] = [];
  visit(root, "", found);
  return found;
}

function visit(node: Node, pointer: Pointer, found: Duplicate[]): void {
  if (isClean(node.written)) return;
  if (node.type === "array") {
    node.children?.forEach((item, index) => visit(item, join(pointer, index), found));
    return;
  }
  const last = new Map<string, number>();
  node.children?.forEach((member, index) => last.set(String(member.children?.[0]?.value), index));
  node.children?.forEach((member, index) => {
    const [name, value] = member.children ?? [];
    if (name === undefined || value === undefined) return;
    const key = String(name.value);
    if (last.get(key) !== index) found.push({ pointer, key, index, from: name.offset, to: name.offset + name.length });
    else visit(value, join(pointer, key), found);
  });
}
