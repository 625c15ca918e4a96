/** The review contract's message (review/contract/v1.schema.json) in the form that the generated fields take. */

import type { ActionShapes, Member, Shape } from "../../catalogue/shapes";

const text = (name: string, doc: string): Member => ({ name, shape: "Text", doc });

const SHAPES: Record<string, Shape> = {
  Text: { type: "string" },
  Json: { type: "json" },
  Whole: { type: "integer" },
  Flag: { type: "boolean" },
  Candidates: { type: "list", member: "Candidate", max: 26 },
  Candidate: {
    type: "structure",
    members: [
      text("title", "What the candidate is called."),
      text("description", "A few words about it."),
      text("text", "The text to read. JSON with a title in it, as models write it, becomes title and description."),
      text("model", "Which model made it."),
      { name: "prompt", shape: "Json", doc: "What the model was asked: text, or its messages." },
      { name: "parameters", shape: "Json", doc: "The model's settings." },
      text("media", "A picture, sound or film: s3://bucket/key, or an https address."),
    ],
  },
  Message: {
    type: "structure",
    members: [
      text("context", "What the candidates were made from, as text."),
      text("media", "What the candidates were made from: s3://bucket/key, or an https address."),
      text("topic", "Handed back unchanged with the answer."),
      { name: "heartbeatSeconds", shape: "Whole", doc: "The state's HeartbeatSeconds: while the question is open, Callboard sends heartbeats." },
      { name: "policy", shape: "Json", doc: "What the answer needs, and what happens without one (docs/review.md)." },
    ],
  },
};

/** What the form has fields of its own for. */
export const SHOWN_APART = ["taskToken", "execution", "state", "title", "instructions", "candidates", "group", "answer", "dueSeconds"];

export const CANDIDATES: Member = { name: "candidates", shape: "Candidates", doc: "What there is to decide on: objects of title, description, text, model, prompt, parameters and media. An expression gives the whole list." };

export const MESSAGE = SHAPES["Message"] as Shape;

export const REVIEW_ACTION: ActionShapes = {
  resource: "",
  service: "",
  action: "",
  optimized: true,
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
