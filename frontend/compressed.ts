/**
 * What a browser is sent: each script and stylesheet a second and third time, compressed, for WhiteNoise to hand out; and the
 * bound that the designer's first load must keep, or the build fails.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Bytes, as brotli makes them, of all that must be there before the canvas can be used; fonts apart. */
export const FIRST_LOAD = 250_000;

const brotli = (content: string | Uint8Array): Buffer =>
  brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });

/** File names that loading `entries` takes: what is imported lazily isn't among them. */
export function neededBy(bundle: Rolldown.OutputBundle, entries: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const visit = (fileName: string): void => {
    const item = bundle[fileName];
    if (item === undefined || needed.has(fileName)) return;
    needed.add(fileName);
    if (item.type !== "chunk") return;
    item.viteMetadata?.importedCss.forEach(visit);
    item.imports.forEach(visit);
  };
  for (const item of Object.values(bundle)) {
    const sources = item.type === "chunk" ? [item.facadeModuleId ?? ""] : item.originalFileNames;
    if (sources.some((source) => entries.some((entry) => source.endsWith(entry)))) visit(item.fileName);
  }
  return needed;
}

export function compressed(entries: readonly string[]): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle(options, bundle) {
      const needed = neededBy(bundle, entries);
      const sizes = new Map<string, number>();
      for (const fileName of Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const path = resolve(options.dir ?? "", fileName);
        const content = readFileSync(path);
        const small = brotli(content);
        writeFileSync(`${path}.br`, small);
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        if (needed.has(fileName)) sizes.set(fileName, small.length);
      }
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      const said = `The designer's first load is ${String(Math.round(total / 1000))} kB compressed; at most ${String(FIRST_LOAD / 1000)} are meant.`;
      if (total <= FIRST_LOAD) this.info(said);
      else this.error(`${said} Import lazily what the first screen doesn't show. ${[...sizes].map(([name, size]) => `${name} ${String(size)}`).join(", ")}`);
    },
  };
}
