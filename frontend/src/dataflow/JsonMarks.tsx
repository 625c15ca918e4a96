/** A JSON value in few lines; a sign in front of each says what is new, different or left out. */

import type { JsonValue } from "../asl/document";
import { coloured } from "../execution/JsonView";
import { changeWords, linesOf, type Mark } from "./marks";

const SIGN: Readonly<Record<Mark, string>> = { "": " ", added: "+", changed: "~", removed: "−" };
const LOOK: Readonly<Record<Mark, string>> = {
  "": "",
  added: "bg-secondary font-medium",
  changed: "bg-secondary font-medium",
  removed: "text-ink-3 line-through",
};
const WORDS: Readonly<Record<Mark, string>> = { "": "", added: "added", changed: "changed", removed: "left out" };

export function JsonMarks({ value, before, label }: { value: JsonValue; before?: JsonValue | undefined; label: string }) {
  const { lines, more } = linesOf(value, before);
  const words = changeWords(lines);
  return (
    <figure className="min-w-0 flex flex-col gap-1">
      <div tabIndex={0} role="group" aria-label={label} className="code text-2xs! leading-[1.0625rem]! max-h-64 overflow-auto rounded-field border border-base-300 bg-sunk py-1">
        {lines.map(({ depth, text, mark }, index) => (
          <div key={index} className={`flex px-2 ${LOOK[mark]}`}>
            <span aria-hidden className="w-3 flex-none text-ink-3 select-none">
              {SIGN[mark]}
            </span>
            {mark === "" ? null : <span className="sr-only">{WORDS[mark]} </span>}
            <span className="whitespace-pre-wrap [overflow-wrap:anywhere]" style={{ paddingLeft: `${String(depth * 0.75)}rem` }}>
              {mark === "removed" ? text : coloured(text)}
            </span>
          </div>
        ))}
      </div>
      {words === "" && more === 0 ? null : (
        <figcaption className="text-2xs text-ink-3">
          {words}
          {more === 0 ? "" : `${words === "" ? "" : "; "}${String(more)} more lines`}
        </figcaption>
      )}
    </figure>
  );
}
