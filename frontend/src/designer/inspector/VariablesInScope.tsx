/** The variables that a state may read, and where each of them is assigned. */

import { useMemo } from "react";

import type { State } from "../../asl/machine";
import { variablesFor } from "../../asl/variables";
import { goTo } from "../pageCommands";

export function VariablesInScope({ state }: { state: State }) {
  const variables = useMemo(() => variablesFor(state), [state]);
  return (
    <section aria-label="Variables in scope" className="flex flex-col gap-1.5 border-t border-base-300 pt-3">
      <h3 className="lbl">Variables that may be read here</h3>
      {variables.length === 0 ? <p className="text-xs text-ink-2">None: no state before this one assigns any.</p> : null}
      <ul className="flex flex-col">
        {variables.map(({ name, assigned }) => (
          <li key={name} className="flex items-baseline gap-2 text-xs py-0.5 min-w-0">
            <code className="code text-2xs! flex-none">${name}</code>
            <span className="text-ink-3 flex-none">from</span>
            <span className="flex flex-wrap gap-x-2 min-w-0">
              {assigned.map((place) => (
                <button key={place.pointer} type="button" className="link link-hover text-left break-words min-w-0" onClick={() => goTo(place.state.pointer)}>
                  {place.state.name}
                </button>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
