/** The tests' own configuration: `make run` builds without vitest. */
import { defineConfig, mergeConfig } from "vitest/config";
import viteConfig from "./vite.config.ts";

export default defineConfig((environment) =>
  mergeConfig(viteConfig(environment), { test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] } }),
);
