/** Several states at once, wired to each other: what people build again and again. Each stands in a file, in both languages. */

import type { JsonObject } from "../../asl/document";
import type { IconKey } from "../../graph";
import { ONWARD, type MakeContext, type PaletteItem } from "./items";
import approval from "./patterns/approval.json";
import deadLetter from "./patterns/dead-letter.json";
import fallbackModel from "./patterns/fallback-model.json";
import mapReduce from "./patterns/map-reduce.json";
import parallelModels from "./patterns/parallel-models.json";
import poll from "./patterns/poll-until-done.json";
import promptChain from "./patterns/prompt-chain.json";
import readTranscript from "./patterns/read-transcript.json";
import thresholdApproval from "./patterns/threshold-approval.json";

/** In a file, `@onward` is where the path goes on and `@review-queue` the environment's queue for questions. */
interface PatternFile {
  title: string;
  line: string;
  icon: string;
  words: string;
  about: string;
  JSONPath: object;
  JSONata: object;
}

const FILES: readonly [id: string, file: PatternFile][] = [
  ["poll", poll],
  ["prompt-chain", promptChain],
  ["parallel-models", parallelModels],
  ["approval", approval],
  ["threshold-approval", thresholdApproval],
  ["fallback-model", fallbackModel],
  ["read-transcript", readTranscript],
  ["map-reduce", mapReduce],
  ["dead-letter", deadLetter],
];

function statesOf(file: PatternFile, { queryLanguage, reviewQueueUrl }: MakeContext): [string, JsonObject][] {
  const text = JSON.stringify(file[queryLanguage]);
  const filled: unknown = JSON.parse(text, (_, value: unknown) => (value === "@onward" ? ONWARD : value === "@review-queue" ? reviewQueueUrl : value));
  return Object.entries(filled as Record<string, JsonObject>);
}

export const PATTERNS: PaletteItem[] = FILES.map(([id, file]) => ({
  id: `pattern:${id}`,
  title: file.title,
  line: file.line,
  icon: file.icon as IconKey,
  group: "Patterns",
  words: file.words,
  about: file.about,
  make: (context) => {
    const [[name, body] = ["", {}], ...rest] = statesOf(file, context);
    return { name, body, followers: rest.map(([follower, state]) => ({ name: follower, body: state })) };
  },
}));
