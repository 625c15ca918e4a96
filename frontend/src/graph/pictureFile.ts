/** The drawing as a file, in the page's own theme, type and glyphs; nothing is asked of anybody but this site. */
import { createElement, type ReactElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { CategoryIcon, StatusGlyph } from "./icons";
import { picture, type Palette, type PictureLook, type PictureOf } from "./picture";
import type { StatusTone } from "./types";

export type PictureFormat = "svg" | "png";

/** Pixels of a PNG for one of the drawing's; less where a browser has no canvas that large. */
const SCALE = 2;
const LONGEST_SIDE = 16_000;

export async function pictureFile(of: PictureOf, format: PictureFormat): Promise<Blob> {
  const drawn = picture(of, { palette: readPalette(), glyph, statusGlyph, fontFaces: await fontFaces() });
  const svg = new Blob([drawn.svg], { type: "image/svg+xml" });
  return format === "svg" ? svg : await asPng(svg, drawn.width, drawn.height);
}

export async function downloadPicture(of: PictureOf, format: PictureFormat): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await pictureFile(of, format));
  link.download = `${of.title}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function asPng(svg: Blob, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(SCALE, LONGEST_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("The picture is too large for this browser.")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}

const TONES: readonly StatusTone[] = ["idle", "run", "wait", "ok", "fail", "retry", "stop", "time"];

/** The theme's colours, as numbers that every viewer of SVG knows. */
function readPalette(): Palette {
  const probe = document.createElement("span");
  document.body.append(probe);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const hex = (token: string): string => {
    probe.style.color = `var(${token})`;
    if (pen === null) return "#000000";
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    return `#${[...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const palette: Palette = {
    page: hex("--color-base-200"), panel: hex("--color-base-100"), line: hex("--line-2"), ink: hex("--color-base-content"), ink2: hex("--ink-2"),
    edge: hex("--edge"), sunk: hex("--sunk"), amber: hex("--st-retry"),
    tones: Object.fromEntries(TONES.map((tone) => [tone, { line: hex(`--st-${tone}`), wash: hex(`--st-${tone}-wash`), ink: hex(`--st-${tone}-ink`) }])),
  };
  probe.remove();
  return palette;
}

const glyphs = new Map<string, string>();

const glyph: PictureLook["glyph"] = (icon) => insides(icon, createElement(CategoryIcon, { icon }));
const statusGlyph: PictureLook["statusGlyph"] = (tone) => insides(`status ${tone}`, createElement(StatusGlyph, { tone }));

/** What a glyph is drawn of, in a box of 24 by 24. */
function insides(key: string, element: ReactElement): string {
  let known = glyphs.get(key);
  if (known === undefined) {
    const place = document.createElement("div");
    const root = createRoot(place);
    flushSync(() => root.render(element));
    const svg = place.querySelector("svg");
    const side = svg?.viewBox.baseVal.width ?? 24;
    // The picture gives the lines their colour.
    known = (svg?.innerHTML ?? "").replaceAll(/ stroke="currentColor"/g, "");
    if (side !== 24) known = `<g transform="scale(${String(24 / side)})">${known}</g>`;
    root.unmount();
    glyphs.set(key, known);
  }
  return known;
}

let faces: Promise<string> | undefined;

/** Inter as the page has it, put into the picture; without it the picture takes what its viewer has. */
function fontFaces(): Promise<string> {
  faces ??= readFaces().catch(() => {
    faces = undefined;
    return "";
  });
  return faces;
}

async function readFaces(): Promise<string> {
  const rules = [...document.styleSheets].flatMap((sheet) => (sheet.href === null || new URL(sheet.href).origin === window.location.origin ? [...sheet.cssRules] : []));
  const latin = rules.find((rule): rule is CSSFontFaceRule => rule instanceof CSSFontFaceRule && rule.style.getPropertyValue("font-family").includes("Inter Variable") && /U\+0{0,4}-0*FF\b/i.test(rule.style.getPropertyValue("unicode-range")));
  const source = /url\("?([^")]+)"?\)/.exec(latin?.style.getPropertyValue("src") ?? "")?.[1];
  if (latin === undefined || source === undefined) return "";
  const answer = await fetch(new URL(source, latin.parentStyleSheet?.href ?? document.baseURI));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(data:font/woff2;base64,${btoa(text)}) format("woff2")}`;
}
