/**
 * How wide a label is, without asking a browser: the layout is pure and runs anywhere, so widths come from a table of
 * Inter's advance widths at 11 px, weight 500, rounded up. The label's box is then given exactly this width.
 */
const NARROW = /[iljI.,:;'|!]/;
const SLIM = /[ftr()[\]{}\-" ]/;
const WIDE = /[mwMW@%…≥≤—]/;
const CAPITAL = /[A-Z&$?#0-9_<>=+~]/;

export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    if (NARROW.test(char)) width += 3.2;
    else if (SLIM.test(char)) width += 4.4;
    else if (WIDE.test(char)) width += 10.2;
    else if (CAPITAL.test(char)) width += 7.6;
    else if (char > "\u2e80") width += 11.5;
    else width += 6.5;
  }
  return width;
}

/** With 7 px at each side and the border. */
export function labelWidth(text: string): number {
  return Math.ceil(textWidth(text)) + 16;
}
