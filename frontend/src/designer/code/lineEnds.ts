/** CodeMirror counts every line end as one character; a document with CRLF has two there. Both ways. */

const CRLF = "\r\n";

export function normalised(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The offset in `text` of a position in its normalised form. */
export function offsetOf(text: string, position: number): number {
  let extra = 0;
  for (let at = text.indexOf(CRLF); at >= 0 && at - extra < position; at = text.indexOf(CRLF, at + 2)) extra += 1;
  return position + extra;
}

/** The position in the normalised form of an offset in `text`. */
export function positionOf(text: string, offset: number): number {
  let extra = 0;
  for (let at = text.indexOf(CRLF); at >= 0 && at < offset; at = text.indexOf(CRLF, at + 2)) extra += 1;
  return offset - extra;
}

/** What was typed, with the document's own line ends. */
export function withLineEndsOf(text: string, typed: string): string {
  return text.includes(CRLF) ? typed.replaceAll("\n", CRLF) : typed;
}
