/**
 * Builds what Django serves: one stylesheet and one script for the templates, two React islands.
 *
 * The manifest is read by django-vite. Addresses in the output are relative, so that STATIC_URL stays Django's business.
 */
import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./compressed.ts";
import { basicFont } from "./fonts.ts";

const entries = ["src/theme.css", "src/shell.ts", "src/designer/main.tsx", "src/execution/main.tsx", "src/comparison/main.tsx", "src/shared/main.tsx", "src/review/review.ts", "src/launch/launch.ts"];

export default defineConfig(({ command }) => ({
  base: command === "build" ? "./" : "/static/dist/",
  plugins: [basicFont(), react(), tailwindcss(), compressed(["src/designer/main.tsx", "src/shell.ts", "src/theme.css"])],
  build: {
    outDir: resolve(import.meta.dirname, "../static/dist"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the content policy takes fonts and pictures from our own origin, not from data: addresses
    manifest: "manifest.json",
    target: "es2022",
    rollupOptions: {
      checks: { eval: false }, // htmx has one behind `allowEval`, which base.html switches off
      input: entries.map((entry) => resolve(import.meta.dirname, entry)),
    },
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, origin: "http://127.0.0.1:5173" },
}));
