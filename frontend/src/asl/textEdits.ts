/**
 * The smallest text edits that add, change, rename and remove members of a JSON document.
 *
 * Each returns edits against the text that the nodes were parsed from; `applyEdits` puts them in. Nothing
 * outside the touched member changes, not even a comma more than JSON asks for.
 */

import type { Node, ParsedDocument } from './document'
import { lineIndentAt, render, startsLine, styleOf, type Writable } from './style'

export interface TextEdit {
  from: number
  to: number
  insert: string
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.map((edit, index) => ({ ...edit, index })).sort((a, b) => a.from - b.from || a.to - b.to || a.index - b.index)
  let result = ''
  let at = 0
  for (const { from, to, insert } of ordered) {
    if (from < at) throw new Error(`Two edits overlap at offset ${String(from)}`)
    result += text.slice(at, from) + insert
    at = to
  }
  return result + text.slice(at)
}

const endOf = (node: Node): number => node.offset + node.length

const BLOCK = 4096

/** The one edit that turns `before` into `after`: what lies between their common ends. */
export function difference(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined
  const most = Math.min(before.length, after.length)
  let start = 0
  // Block by block as far as whole blocks are the same, then one by one.
  while (start + BLOCK <= most && before.slice(start, start + BLOCK) === after.slice(start, start + BLOCK)) start += BLOCK
  while (start < most && before[start] === after[start]) start += 1
  let tail = 0
  const [left, right] = [before.length, after.length]
  while (tail + BLOCK <= most - start && before.slice(left - tail - BLOCK, left - tail) === after.slice(right - tail - BLOCK, right - tail)) tail += BLOCK
  while (tail < most - start && before[left - 1 - tail] === after[right - 1 - tail]) tail += 1
  return { from: start, to: before.length - tail, insert: after.slice(start, after.length - tail) }
}

export function replaceValue(document: ParsedDocument, node: Node, value: Writable): TextEdit {
  const { text } = document
  const owner = node.parent?.type === 'property' ? node.parent : node
  const inline = !startsLine(text, owner.offset) && owner !== document.root
  const insert = render(value, lineIndentAt(text, owner.offset), styleOf(document), inline)
  return { from: node.offset, to: endOf(node), insert }
}

function memberText(document: ParsedDocument, key: string | undefined, value: Writable, indent: string, inline: boolean): string {
  const style = styleOf(document)
  const body = render(value, indent, style, inline)
  return key === undefined ? body : JSON.stringify(key) + style.colon + body
}

/**
 * Add a member to an object (`key`) or an item to an array (`key` undefined), before the child at
 * `index`; the default is the end.
 */
export function insertMember(
  document: ParsedDocument,
  container: Node,
  key: string | undefined,
  value: Writable,
  index = container.children?.length ?? 0,
): TextEdit {
  const { text } = document
  const style = styleOf(document)
  const members = container.children ?? []
  const first = members[0]
  if (first === undefined) return fillEmpty(document, container, key, value)
  const inline = !startsLine(text, first.offset)
  const indent = lineIndentAt(text, first.offset)
  const written = memberText(document, key, value, indent, inline)
  const separator = inline ? style.comma : `,${style.eol}${indent}`
  const before = members[index - 1]
  if (before !== undefined) return { from: endOf(before), to: endOf(before), insert: separator + written }
  return { from: first.offset, to: first.offset, insert: written + separator }
}

function fillEmpty(document: ParsedDocument, container: Node, key: string | undefined, value: Writable): TextEdit {
  const { text } = document
  const style = styleOf(document)
  const owner = container.parent?.type === 'property' ? container.parent : container
  const inline = !style.multiline || (container !== document.root && !startsLine(text, owner.offset))
  const outer = lineIndentAt(text, owner.offset)
  const inner = outer + style.unit
  const written = memberText(document, key, value, inner, inline)
  const gap = { from: container.offset + 1, to: endOf(container) - 1 }
  return { ...gap, insert: inline ? written : `${style.eol}${inner}${written}${style.eol}${outer}` }
}

/** Remove the children at `indexes` of one container, each with the comma that goes with it. */
export function removeMembers(container: Node, indexes: readonly number[]): TextEdit[] {
  const members = container.children ?? []
  const gone = new Set(indexes)
  const kept = members.filter((_, index) => !gone.has(index))
  if (kept.length === 0) return [{ from: container.offset + 1, to: endOf(container) - 1, insert: '' }]
  return members.flatMap((member, index) => {
    if (!gone.has(index)) return []
    const before = members[index - 1]
    const after = members[index + 1]
    const leading = members.slice(0, index).every((_, at) => gone.has(at))
    if (leading && after !== undefined) return [{ from: member.offset, to: after.offset, insert: '' }]
    return before === undefined ? [] : [{ from: endOf(before), to: endOf(member), insert: '' }]
  })
}

/** Remove the member that `value` (a property's value, or an array item) belongs to. */
export function removeMember(value: Node): TextEdit[] {
  const member = value.parent?.type === 'property' ? value.parent : value
  const container = member.parent
  if (container === undefined) return []
  return removeMembers(container, [container.children?.indexOf(member) ?? -1])
}

/** Replace a whole property, key and value: `"End": true` becomes `"Next": "B"` on the same line. */
export function replaceProperty(document: ParsedDocument, value: Node, key: string, next: Writable): TextEdit {
  const property = value.parent
  if (property?.type !== 'property') throw new Error('Not the value of a property')
  const { text } = document
  const inline = !startsLine(text, property.offset)
  const insert = memberText(document, key, next, lineIndentAt(text, property.offset), inline)
  return { from: property.offset, to: endOf(property), insert }
}

export function renameKey(value: Node, key: string): TextEdit {
  const name = value.parent?.children?.[0]
  if (name === undefined) throw new Error('Not the value of a property')
  return { from: name.offset, to: endOf(name), insert: JSON.stringify(key) }
}
