/** ErrorEquals: which errors a Retrier or Catcher takes, one name after the other. */

import { X } from "lucide-react";
import { useId, useState } from "react";

import type { State } from "../../../asl/machine";
import { put, useCanEdit, useValue } from "../binding";
import { useErrorNames } from "./names";

export function ErrorNames({ at, state }: { at: string; state: State }) {
  const value = useValue(at);
  const disabled = !useCanEdit();
  const names = Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
  const write = (list: readonly string[]): void => put(at, [...list], "change the errors");
  return (
    <div className="flex flex-col gap-1.5 min-w-0">
      <span className="lbl">Errors</span>
      {names.length === 0 ? null : (
        <ul aria-label="Errors" className="flex flex-wrap gap-1">
          {names.map((name) => (
            <li key={name} className="inline-flex items-center gap-1 rounded-field bg-secondary pl-2 h-6 max-w-full">
              <code className="code text-2xs! truncate" title={name}>
                {name}
              </code>
              <button type="button" className="btn btn-ghost btn-square btn-xs" aria-label={`Remove ${name}`} disabled={disabled || names.length < 2} onClick={() => write(names.filter((other) => other !== name))}>
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <AddName state={state} taken={names} disabled={disabled} onAdd={(name) => write(withName(names, name))} />
    </div>
  );
}

/** States.ALL stands alone (States Language, "Errors"). */
export function withName(names: readonly string[], name: string): readonly string[] {
  if (name === "" || names.includes(name)) return names;
  return name === "States.ALL" ? [name] : [...names.filter((other) => other !== "States.ALL"), name];
}

function AddName({ state, taken, disabled, onAdd }: { state: State; taken: readonly string[]; disabled: boolean; onAdd: (name: string) => void }) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const known = useErrorNames(state).filter((name) => !taken.includes(name));
  const add = (name: string): void => {
    if (name.trim() === "") return;
    onAdd(name.trim());
    setTyped("");
  };
  return (
    <span className="input !px-2.5 input-sm font-mono text-xs">
      <input
        aria-label="Add an error"
        placeholder="Add an error"
        value={typed}
        disabled={disabled}
        list={id}
        onChange={({ target }) => {
          if (known.includes(target.value)) add(target.value);
          else setTyped(target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== ",") return;
          event.preventDefault();
          add(typed);
        }}
        onBlur={() => add(typed)}
      />
      <datalist id={id}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </span>
  );
}
