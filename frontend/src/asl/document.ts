/**
 * A definition as text, with the position of everything in it.
 *
 * The text is the only truth: numbers, key order and white space are read, never normalised. This file
 * decides what parses and where each JSON Pointer lies; what a state means is machine.ts's business.
 */

import { printParseErrorCode, type ParseError } from 'jsonc-parser'

import { join, tokensOf, type Pointer } from './pointer'
import { read, readAgain } from './reading'
import { difference } from './textEdits'
import { Node, reusing, type Shared, type Written } from './tree'

export { Node, type Shared } from './tree'

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }
export type JsonObject = { [key: string]: JsonValue }

export interface SyntaxProblem {
  offset: number
  length: number
  message: string
}

export interface ParsedDocument {
  text: string
  root: Node
}

export type ParseResult =
  | { ok: true; document: ParsedDocument }
  | { ok: false; problems: SyntaxProblem[] }

const PLAIN_WORDS: Record<string, string> = {
  InvalidSymbol: 'This is not a JSON value.',
  InvalidNumberFormat: 'This number is not written as JSON writes numbers.',
  PropertyNameExpected: 'A name in double quotes is expected here.',
  ValueExpected: 'A value is expected here.',
  ColonExpected: 'A colon is expected here.',
  CommaExpected: 'A comma is expected here.',
  CloseBraceExpected: 'A closing brace } is expected here.',
  CloseBracketExpected: 'A closing bracket ] is expected here.',
  EndOfFileExpected: 'The definition has ended; this is more than one value.',
  InvalidCommentToken: 'JSON has no comments; use a Comment field.',
  UnexpectedEndOfComment: 'This comment does not end; JSON has no comments.',
  UnexpectedEndOfString: 'This text has no closing quote.',
  UnexpectedEndOfNumber: 'This number breaks off.',
  InvalidUnicode: 'This is not a valid \\u escape.',
  InvalidEscapeCharacter: 'This is not an escape that JSON knows.',
  InvalidCharacter: 'This character must be escaped in JSON.',
}

function problemOf(error: ParseError): SyntaxProblem {
  const code = printParseErrorCode(error.error)
  return { offset: error.offset, length: Math.max(1, error.length), message: PLAIN_WORDS[code] ?? code }
}

/**
 * The documents parsed last, the newest first. Texts come as edits of one another (typing, undo, what an edit would do), so
 * only what changed since is read, and what didn't change is the same `Written` in both.
 */
const recent: ParsedDocument[] = []
const REMEMBERED = 4

/** Parse `text`; anything short of one complete JSON object is a list of problems, all of them. */
export function parseDocument(text: string): ParseResult {
  const base = nearest(text)
  if (base?.text === text) return remembered(base)
  const again = base && afterChange(base, text)
  if (base !== undefined && again !== undefined) return remembered({ text, root: new Node(again, base.root.offset) })
  const { root, errors } = read(text)
  if (errors.length > 0) return { ok: false, problems: errors.map(problemOf) }
  if (root?.written.type !== 'object') {
    const message = 'A definition is one JSON object with StartAt and States.'
    return { ok: false, problems: [{ offset: root?.offset ?? 0, length: Math.max(1, root?.written.length ?? 1), message }] }
  }
  return remembered({ text, root: new Node(base === undefined ? root.written : reusing(base.root.written, root.written), root.offset) })
}

/** The one that `text` is most likely an edit of: between edits of a workflow small pieces of one are parsed as well. */
function nearest(text: string): ParsedDocument | undefined {
  const gap = (document: ParsedDocument): number => Math.abs(document.text.length - text.length)
  return recent.reduce<ParsedDocument | undefined>((best, each) => (best === undefined || gap(each) < gap(best) ? each : best), undefined)
}

function afterChange({ text: before, root }: ParsedDocument, text: string): Written | undefined {
  const change = difference(before, text)
  return change && readAgain(root.written, root.offset, change, text)
}

function remembered(document: ParsedDocument): ParseResult {
  const known = recent.indexOf(document)
  if (known >= 0) recent.splice(known, 1)
  recent.unshift(document)
  recent.length = Math.min(recent.length, REMEMBERED)
  return { ok: true, document }
}

export function mustParse(text: string): ParsedDocument {
  const result = parseDocument(text)
  if (!result.ok) throw new Error(`Not a definition: ${result.problems[0]?.message ?? ''}`)
  return result.document
}

/** The property node (key and value) called `key`; the last one wins, as in JSON.parse. */
export function propertyOf(node: Node | undefined, key: string): Node | undefined {
  if (node?.type !== 'object') return undefined
  return node.part(node.written.items.findLastIndex((property) => property.items[0]?.value === key))
}

export function child(node: Node | undefined, token: string | number): Node | undefined {
  if (node?.type === 'array') return node.part(Number(token))
  return propertyOf(node, String(token))?.part(1)
}

export function nodeAt(document: ParsedDocument, pointer: Pointer): Node | undefined {
  return tokensOf(pointer).reduce<Node | undefined>((node, token) => child(node, token), document.root)
}

export function valueAt(document: ParsedDocument, pointer: Pointer): JsonValue | undefined {
  const node = nodeAt(document, pointer)
  return node === undefined ? undefined : valueOf(node)
}

/** A copy: whoever asked may change it. */
export function valueOf(node: Node): JsonValue {
  return copied(node.written.shared)
}

function copied(value: Shared): JsonValue {
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map(copied)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]))
}

const isList = (value: Shared): value is readonly Shared[] => Array.isArray(value)

/** The whole definition, to be read only: what two documents have in common is the same object in both. */
export function sharedValueOf(document: ParsedDocument): Shared {
  return document.root.written.shared
}

export function stringOf(node: Node | undefined): string | undefined {
  return node?.type === 'string' ? (node.value as string) : undefined
}

export interface Range {
  from: number
  to: number
}

/** Where `pointer` lies in the text: its key and value, or, when it isn't there, its nearest ancestor. */
export function rangeOf(document: ParsedDocument, pointer: Pointer): Range {
  let node = document.root
  for (const token of tokensOf(pointer)) {
    const next = child(node, token)
    if (next === undefined) break
    node = next
  }
  const place = node.parent?.type === 'property' ? node.parent : node
  return { from: place.offset, to: place.offset + place.length }
}

/** The pointer of the innermost value (or key) that holds `offset`. */
export function pointerAt(document: ParsedDocument, offset: number): Pointer {
  let node = document.root
  let pointer: Pointer = ''
  for (;;) {
    const index = node.children?.findIndex((item) => item.offset <= offset && offset <= item.offset + item.length) ?? -1
    const item = node.children?.[index]
    if (item === undefined) return pointer
    if (item.type === 'property') {
      pointer = join(pointer, String(item.children?.[0]?.value))
      const value = item.children?.[1]
      if (value === undefined || offset < value.offset) return pointer
      node = value
    } else {
      pointer = join(pointer, index)
      node = item
    }
  }
}
