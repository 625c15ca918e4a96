/** What the palette offers: one shape for flow states, actions and patterns. */

import { ONWARD, type NewState } from "../../asl/insert";
import type { IconKey } from "../../graph";
import type { CatalogueAction } from "../api";

export interface PaletteItem {
  id: string;
  /** "Send message"; also the new state's name. */
  title: string;
  /** One line: the service, or what it does. */
  line: string;
  icon: IconKey;
  /** Heading that it stands under. */
  group: string;
  /** More words that a search finds it by. */
  words?: string;
  /** What it does, in a few sentences, where no documentation says it. */
  about?: string;
  /** The Resource of the Task that it makes, without its pattern. */
  resource?: string;
  /** False of an action that Step Functions isn't known to call. */
  supported?: boolean;
  /** As the catalogue has it, where it came from there. */
  action?: CatalogueAction;
  /** What is put into the definition. */
  make: (context: MakeContext) => NewState;
}

export interface MakeContext {
  reviewQueueUrl: string;
  /** The machine's own query language; new states are written in it where that matters. */
  queryLanguage: "JSONPath" | "JSONata";
}

export { ONWARD };
