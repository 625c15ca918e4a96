/** The review contract's message in the form that the generated fields take, read from the contract itself. */

import contract from "../../../../../review/contract/v1.schema.json";
import type { ActionShapes, Member, Shape } from "../../catalogue/shapes";
import { shapesOf } from "./schemaShapes";

const SHAPES = shapesOf(contract);

/** What the form has fields of its own for. */
export const SHOWN_APART = ["taskToken", "execution", "state", "title", "instructions", "candidates", "group", "answer", "dueSeconds"];

export const MESSAGE: Shape = SHAPES[""] ?? { type: "structure", members: [] };

export const CANDIDATES: Member = {
  name: "candidates",
  shape: "/candidates",
  doc: "What there is to decide on: objects of title, description, text, model, prompt, parameters, media, kind and transcript. An expression gives the whole list.",
};

export const REVIEW_ACTION: ActionShapes = {
  resource: "",
  service: "",
  action: "",
  optimized: true,
  supported: true,
  patterns: [],
  operation: "",
  doc: "",
  url: "",
  guide: "",
  note: "",
  input: null,
  output: null,
  errors: [],
  shapes: SHAPES,
};
