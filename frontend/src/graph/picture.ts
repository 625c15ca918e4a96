/**
 * The drawing as an SVG text that stands by itself: the layout that is on the screen, with colours, type and glyphs
 * given in. Pure: what a browser must be asked for comes from `pictureFile.ts`.
 */
import { layout } from "./layout";
import { textWidth } from "./layout/measure";
import { EMPTY, END, START, type Direction, type Graph, type GraphNode, type IconKey } from "./model";
import { roundedPath } from "./path";
import { frame, type Meaning } from "./pictureFrame";
import type { EdgeDecoration, NodeDecoration, StatusTone } from "./types";

/** Colours as an SVG knows them: "#rrggbb". */
export interface Palette {
  page: string;
  panel: string;
  line: string;
  ink: string;
  ink2: string;
  edge: string;
  sunk: string;
  amber: string;
  tones: Readonly<Partial<Record<StatusTone, { line: string; wash: string; ink: string }>>>;
}

export interface PictureLook {
  palette: Palette;
  /** The insides of a 24 by 24 glyph. */
  glyph: (icon: IconKey) => string;
  /** The same of a state's status. */
  statusGlyph: (tone: StatusTone) => string;
  /** `@font-face` rules with the font in them; "" leaves it to who shows the picture. */
  fontFaces: string;
}

export interface PictureOf {
  graph: Graph;
  direction?: Direction;
  collapsed?: ReadonlySet<string>;
  title: string;
  decorations?: ReadonlyMap<string, NodeDecoration>;
  /** Lines that weren't taken are drawn paler, where it's known. */
  edges?: ReadonlyMap<string, EdgeDecoration>;
  /** Written above the drawing: the title, and this under it. */
  line?: string;
  /** Written under it: what each glyph and colour means. */
  legend?: readonly Meaning[];
}

export interface Picture {
  svg: string;
  width: number;
  height: number;
}

const MARGIN = 24;
const FONT = "'Inter Variable', Inter, ui-sans-serif, system-ui, sans-serif";

export function picture(of: PictureOf, look: PictureLook): Picture {
  const { graph, direction = "TB", collapsed = new Set(), title, decorations } = of;
  const { palette, fontFaces } = look;
  const drawing = layout(graph, { direction, collapsed });
  const around = frame({ ...of, width: Math.ceil(drawing.width + 2 * MARGIN), height: Math.ceil(drawing.height + 2 * MARGIN), left: -MARGIN, top: -MARGIN }, look);
  const { width, height, top } = around;
  const boxes: string[] = [];
  const states: string[] = [];
  for (const [id, { x, y, width: wide, height: high }] of drawing.nodes) {
    const node = graph.nodes.get(id);
    const at = `transform="translate(${String(x)} ${String(y)})"`;
    if (node === undefined) {
      if (id.endsWith(EMPTY)) states.push(`<g ${at}><rect width="${String(wide)}" height="${String(high)}" rx="8" fill="none" stroke="${palette.line}" stroke-dasharray="4 4"/></g>`);
      else states.push(`<g ${at}>${pill(id.endsWith(START) ? "Start" : id.endsWith(END) ? "End" : "", wide, high, palette)}</g>`);
    } else if (node.scopes.length > 0 && !collapsed.has(id)) {
      const dividers = node.scopes.slice(1).flatMap((scope) => {
        const inner = drawing.scopes.get(scope);
        if (inner === undefined) return [];
        return direction === "TB" ? [`<path d="M${String(inner.x - x - 10)} 28V${String(high)}" stroke="${palette.line}"/>`] : [`<path d="M0 ${String(inner.y - y - 10)}H${String(wide)}" stroke="${palette.line}"/>`];
      });
      boxes.push(`<g ${at}>${container(node, wide, high, look, decorations?.get(id))}${dividers.join("")}</g>`);
    } else states.push(`<g ${at}>${state(node, wide, high, look, decorations?.get(id))}</g>`);
  }
  const lines: string[] = [];
  const labels: string[] = [];
  for (const [id, line] of drawing.edges) {
    const edge = graph.edges.get(id);
    if (edge === undefined || line.points.length < 2) continue;
    const isCatch = edge.kind === "catch";
    const { d, dashOffset } = roundedPath(line.points);
    const dashes = isCatch ? ` stroke-dasharray="5 4" stroke-dashoffset="${String(dashOffset)}"` : "";
    const colour = of.edges?.get(id)?.taken === false ? palette.line : isCatch ? palette.amber : palette.edge;
    const end = line.points.at(-1);
    if (line.stub && end !== undefined) lines.push(`<path d="${d}" stroke="${colour}"/><circle cx="${String(end.x)}" cy="${String(end.y)}" r="3" fill="${colour}"/>`);
    else lines.push(`<path d="${d}" stroke="${colour}"${dashes} marker-end="url(#${isCatch ? "catch" : "arrow"})"/>`);
    if (line.label) {
      const { x, y, width: wide, height: high, text } = line.label;
      labels.push(`<g transform="translate(${String(x)} ${String(y)})"><rect width="${String(wide)}" height="${String(high)}" rx="6" fill="${palette.panel}" stroke="${palette.line}"/>${words(text, wide / 2, high / 2 + 4, 11, palette.ink2, 'text-anchor="middle" font-weight="500"')}</g>`);
    }
  }
  const marker = (id: string, colour: string): string => `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .6 7 4 0 7.4z" fill="${colour}"/></marker>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="${String(-MARGIN)} ${String(top)} ${String(width)} ${String(height)}" role="img" font-family="${FONT}">`,
    `<title>${escaped(title)}</title>`,
    fontFaces === "" ? "" : `<style>${fontFaces}</style>`,
    `<defs>${marker("arrow", palette.edge)}${marker("catch", palette.amber)}</defs>`,
    `<rect x="${String(-MARGIN)}" y="${String(top)}" width="${String(width)}" height="${String(height)}" fill="${palette.page}"/>`,
    ...boxes,
    `<g fill="none" stroke-width="1.5">${lines.join("")}</g>`,
    ...states,
    ...labels,
    ...around.parts,
    "</svg>",
  ];
  return { svg: svg.join("\n"), width, height };
}

function state(node: GraphNode, width: number, height: number, { palette, glyph, statusGlyph }: PictureLook, decoration: NodeDecoration | undefined): string {
  const tone = decoration?.tone === undefined ? undefined : palette.tones[decoration.tone];
  const aside = decoration?.chip?.text ?? decoration?.aside ?? "";
  const room = width - 52;
  const beside = aside === "" ? 0 : textWidth(aside) + 8;
  const line = decoration?.line ?? node.line;
  return [
    `<title>${escaped(node.comment === "" ? node.name : `${node.name}: ${node.comment}`)}</title>`,
    `<rect width="${String(width)}" height="${String(height)}" rx="8" fill="${palette.panel}" stroke="${tone?.line ?? palette.line}"/>`,
    `<rect x="8" y="${String(height / 2 - 14)}" width="28" height="28" rx="6" fill="${tone?.wash ?? palette.sunk}"/>`,
    icon(decoration?.tone === undefined ? glyph(node.icon) : statusGlyph(decoration.tone), 14, height / 2 - 8, 16, tone?.ink ?? palette.ink2),
    aside === "" ? "" : words(aside, width - 10, line === "" ? height / 2 + 4 : 21, 11, palette.ink2, 'text-anchor="end"'),
    words(fitting(node.name, room - beside, 13), 44, line === "" ? height / 2 + 4.5 : 21, 13, palette.ink, 'font-weight="500"'),
    line === "" ? "" : words(fitting(line, room, 11), 44, 37, 11, palette.ink2),
  ].join("");
}

function container(node: GraphNode, width: number, height: number, { palette, glyph, statusGlyph }: PictureLook, decoration: NodeDecoration | undefined): string {
  const tone = decoration?.tone === undefined ? undefined : palette.tones[decoration.tone];
  const line = decoration?.line ?? "";
  const name = fitting(node.name, width - 40, 12);
  const room = width - 52 - (textWidth(name) * 12) / 11;
  return [
    `<title>${escaped(node.name)}</title>`,
    `<rect width="${String(width)}" height="${String(height)}" rx="10" fill="${palette.page}" stroke="${tone?.line ?? palette.line}"/>`,
    icon(decoration?.tone === undefined ? glyph(node.icon) : statusGlyph(decoration.tone), 10, 7, 14, tone?.ink ?? palette.ink2),
    words(name, 30, 18.5, 12, palette.ink, 'font-weight="500"'),
    line === "" || room < 30 ? "" : words(fitting(line, room, 11), width - 10, 18.5, 11, palette.ink2, 'text-anchor="end"'),
  ].join("");
}

function pill(text: string, width: number, height: number, palette: Palette): string {
  return `<rect width="${String(width)}" height="${String(height)}" rx="${String(height / 2)}" fill="${palette.sunk}" stroke="${palette.line}"/>${words(text, width / 2, height / 2 + 4, 12, palette.ink2, 'text-anchor="middle"')}`;
}

export function icon(inside: string, x: number, y: number, size: number, colour: string): string {
  return `<g transform="translate(${String(x)} ${String(y)}) scale(${String(size / 24)})" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${inside}</g>`;
}

export function words(text: string, x: number, y: number, size: number, colour: string, more = ""): string {
  return `<text x="${String(x)}" y="${String(y)}" font-size="${String(size)}" fill="${colour}"${more === "" ? "" : ` ${more}`}>${escaped(text)}</text>`;
}

/** As much of the text as there is room for, in pixels. */
export function fitting(text: string, room: number, size: number): string {
  const scale = size / 11;
  if (textWidth(text) * scale <= room) return text;
  let kept = text;
  while (kept !== "" && textWidth(`${kept}…`) * scale > room) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}

export function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex -- XML has no way to write these
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

