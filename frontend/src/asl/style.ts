/**
 * How this document is written: its indentation, line ends and spacing, so that what is added looks like
 * what is there. Also renders values in that style.
 */

import type { JsonValue, Node, ParsedDocument } from './document'

export interface Style {
  unit: string
  eol: string
  /** Members stand on lines of their own; false for minified text. */
  multiline: boolean
  colon: string
  comma: string
}

/** Text to be inserted as it stands (a copied state keeps its 2.0 and its key order). */
export class Raw {
  constructor(readonly text: string) {}
}

/** A value to write: plain JSON, raw text, or an object whose members may be raw. */
export type Writable = JsonValue | Raw

export function lineIndentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? ''
}

export function startsLine(text: string, offset: number): boolean {
  const start = text.lastIndexOf('\n', offset - 1)
  return start >= 0 && text.slice(start + 1, offset).trim() === ''
}

function indentUnit(text: string, root: Node): string | undefined {
  const first = root.children?.find((member) => startsLine(text, member.offset))
  if (first === undefined) return undefined
  const inner = lineIndentAt(text, first.offset)
  const outer = lineIndentAt(text, root.offset)
  const unit = inner.startsWith(outer) ? inner.slice(outer.length) : inner
  return unit === '' ? undefined : unit
}

function gapAfter(text: string, node: Node | undefined, mark: string): string | undefined {
  const [key, value] = node?.children ?? []
  if (key === undefined || value === undefined) return undefined
  const gap = text.slice(key.offset + key.length, value.offset)
  return gap.includes('\n') || !gap.includes(mark) ? undefined : gap
}

export function styleOf({ text, root }: ParsedDocument): Style {
  const unit = indentUnit(text, root)
  const blank = (root.children?.length ?? 0) === 0
  const multiline = unit !== undefined || blank || startsLine(text, root.children?.[0]?.offset ?? 0)
  const colon = gapAfter(text, root.children?.[0], ':') ?? ': '
  return {
    unit: unit ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    multiline,
    colon,
    comma: multiline || /,[ \t]/.test(text.slice(0, 400)) ? ', ' : ',',
  }
}

function reindent(raw: string, indent: string, eol: string): string {
  const lines = raw.split(/\r?\n/)
  const rest = lines.slice(1).filter((line) => line.trim() !== '')
  const depth = rest.reduce((least, line) => Math.min(least, /^[ \t]*/.exec(line)?.[0].length ?? 0), Infinity)
  if (!Number.isFinite(depth)) return raw
  return [lines[0], ...lines.slice(1).map((line) => (line.trim() === '' ? line : indent + line.slice(depth)))].join(eol)
}

function renderInline(value: JsonValue, style: Style): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => renderInline(item, style)).join(style.comma)}]`
  const members = Object.entries(value).map(([key, item]) => JSON.stringify(key) + style.colon + renderInline(item, style))
  if (members.length === 0) return '{}'
  return style.comma === ', ' ? `{ ${members.join(', ')} }` : `{${members.join(',')}}`
}

/** Write `value` so that its first line continues at `indent` and the rest follows the document's style. */
export function render(value: Writable, indent: string, style: Style, inline = false): string {
  if (value instanceof Raw) return inline ? value.text : reindent(value.text, indent, style.eol)
  if (inline || !style.multiline) return renderInline(value, style)
  const lines = JSON.stringify(value, null, style.unit).split('\n')
  return lines.map((line, index) => (index === 0 ? line : indent + line)).join(style.eol)
}
