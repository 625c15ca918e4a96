/**
 * Reads JSON text into its syntax tree, and reads it again after a change without reading what didn't change.
 *
 * Grammar and errors are jsonc-parser's. What is decided here is how little of a text must be read again: the members of the
 * innermost object or array around the change that the change touches. Where that isn't safe the answer is undefined, and
 * the whole text is read.
 */

import { visit, type ParseError } from 'jsonc-parser'

import type { TextEdit } from './textEdits'
import { reusingAll, Written, type NodeType } from './tree'

interface Open {
  type: NodeType
  offset: number
  items: Written[]
  at: number[]
}

function leafType(value: unknown): NodeType {
  return value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean')
}

export interface Reading {
  /** The first value of the text, and where it begins; undefined when there is none. */
  root: { written: Written; offset: number } | undefined
  errors: ParseError[]
}

export function read(text: string): Reading {
  const errors: ParseError[] = []
  const outside: Open = { type: 'array', offset: 0, items: [], at: [] }
  const stack: Open[] = [outside]
  const add = (written: Written, offset: number): void => {
    const top = stack.at(-1) ?? outside
    top.items.push(written)
    top.at.push(offset - top.offset)
    if (top.type === 'property' && top.items.length === 2) close(offset + written.length)
  }
  const open = (type: NodeType, offset: number): void => {
    stack.push({ type, offset, items: [], at: [] })
  }
  const close = (end: number): void => {
    if (stack.length === 1) return
    const { type, offset, items, at } = stack.pop() ?? outside
    add(new Written(type, undefined, end - offset, items, at), offset)
  }
  visit(
    text,
    {
      onObjectBegin: (offset) => open('object', offset),
      onObjectProperty: (name, offset, length) => {
        open('property', offset)
        add(new Written('string', name, length), offset)
      },
      onObjectEnd: (offset, length) => close(offset + length),
      onArrayBegin: (offset) => open('array', offset),
      onArrayEnd: (offset, length) => close(offset + length),
      onLiteralValue: (value: string | number | boolean | null, offset, length) => add(new Written(leafType(value), value, length), offset),
      onError: (error, offset, length) => errors.push({ error, offset, length }),
    },
    { disallowComments: true, allowTrailingComma: false },
  )
  const [written] = outside.items
  return { root: written === undefined ? undefined : { written, offset: outside.at[0] ?? 0 }, errors }
}

/**
 * The tree of `text`, which is the text of `written` (beginning at `offset`) after `change`; undefined when the change
 * isn't within it or can't be read on its own.
 */
export function readAgain(written: Written, offset: number, change: TextEdit, text: string): Written | undefined {
  const end = offset + written.length
  if (written.isLeaf || change.from < offset || change.to > end) return undefined
  const inside = written.at.findIndex((at, index) => offset + at <= change.from && change.to <= offset + at + (written.items[index]?.length ?? 0))
  const part = written.items[inside]
  const again = part && readAgain(part, offset + (written.at[inside] ?? 0), change, text)
  if (again !== undefined) return written.with(inside, again)
  // The brackets themselves must stand.
  return written.type === 'property' || change.from === offset || change.to === end ? undefined : readMembers(written, offset, change, text)
}

/** A member that ends or begins with one of these is over there, whatever is written next to it. */
const CLOSED = /["}\]]/
const OPENED = /["{[]/
const STAND_IN = { object: '"":""', array: '""' }

/** Those members of an object or array that a change touches; the others are kept. */
function readMembers(written: Written, offset: number, change: TextEdit, text: string): Written | undefined {
  const { items, at } = written
  const grown = change.insert.length - (change.to - change.from)
  const startOf = (index: number): number => offset + (at[index] ?? 0)
  const endOf = (index: number): number => startOf(index) + (items[index]?.length ?? 0)
  const isBefore = (index: number): boolean => endOf(index) < change.from || (endOf(index) === change.from && CLOSED.test(text.charAt(change.from - 1)))
  const isAfter = (index: number): boolean => startOf(index) > change.to || (startOf(index) === change.to && OPENED.test(text.charAt(change.to + grown)))
  let first = 0
  while (first < items.length && isBefore(first)) first += 1
  let last = items.length
  while (last > first && isAfter(last - 1)) last -= 1

  // Where members are kept, one that means nothing stands for them all.
  const standIn = written.type === 'object' ? STAND_IN.object : STAND_IN.array
  const [opening, closing] = written.type === 'object' ? '{}' : '[]'
  const head = first > 0 ? endOf(first - 1) : offset + 1
  const tail = (last < items.length ? startOf(last) : offset + written.length - 1) + grown
  const lead = `${opening ?? ''}${first > 0 ? standIn : ''}`
  const { root, errors } = read(`${lead}${text.slice(head, tail)}${last < items.length ? standIn : ''}${closing ?? ''}`)
  if (root === undefined || errors.length > 0) return undefined
  const from = first > 0 ? 1 : 0
  const to = root.written.items.length - (last < items.length ? 1 : 0)
  const moved = head - lead.length - offset
  return new Written(
    written.type,
    undefined,
    written.length + grown,
    [...items.slice(0, first), ...reusingAll(items.slice(first, last), root.written.items.slice(from, to)), ...items.slice(last)],
    [...at.slice(0, first), ...root.written.at.slice(from, to).map((place) => place + moved), ...at.slice(last).map((place) => place + grown)],
  )
}
