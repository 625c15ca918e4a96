/**
 * What the palette has without asking the server. The patterns are texts that the first screen doesn't show: they come
 * after it, and whoever shows them is told.
 */
import { create } from "zustand";

import { BUNDLED } from "./bundled";
import { FLOW } from "./flow";
import type { PaletteItem } from "./items";

interface OwnItems {
  all: readonly PaletteItem[];
  patterns: readonly PaletteItem[];
}

export const useOwnItems = create<OwnItems>(() => ({ all: [...BUNDLED, ...FLOW], patterns: [] }));

export async function loadPatterns(): Promise<void> {
  if (useOwnItems.getState().patterns.length > 0) return;
  const { PATTERNS } = await import("./patterns");
  useOwnItems.setState({ all: [...BUNDLED, ...FLOW, ...PATTERNS], patterns: PATTERNS });
}
