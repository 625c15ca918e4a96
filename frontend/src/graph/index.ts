/** The graph for both islands: project a definition, lay it out, draw it. */
export * from "./model";
export * from "./types";
export { project, projectText, insideWords } from "./project";
export { parseResource, serviceTitle, serviceIcon, actionWords } from "./words/resource";
export { modelName } from "./words/foundationModel";
export { ruleWords, errorWords } from "./words/rule";
export { lineOf, secondsWords } from "./words/line";
export { WorkflowGraph } from "./WorkflowGraph";
export { CategoryIcon, StatusGlyph, TONE_TEXT, TONE_WORD } from "./icons";
export { callsModel, StandIn } from "./StandIn";
export { layout, type Layout, type Rect, type Point } from "./layout";
