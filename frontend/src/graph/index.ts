/** The graph for both islands: project a definition, lay it out, draw it. */
export * from "./model";
export * from "./types";
