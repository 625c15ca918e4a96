/** Find a command, a state or something to add, and do it. */

import { useId, useMemo, useState, type KeyboardEvent } from "react";

import { machineOf } from "../../asl/machine";
import { CategoryIcon } from "../../graph";
import { ACTIONS, labelOf, run } from "../actions";
import { BUNDLED } from "../catalogue/bundled";
import { FLOW } from "../catalogue/flow";
import { PATTERNS } from "../catalogue/patterns";
import { Dialog } from "../parts/Dialog";
import { keysOf } from "../shortcuts";
import { addItem } from "../state/adding";
import { canvas } from "../state/canvas";
import { graphOf } from "../state/derive";
import { openDialog, select, useDesigner, type DesignerState } from "../state/store";

interface Command {
  id: string;
  label: string;
  kind: string;
  keys: string[];
  icon: React.ReactNode;
  perform: () => void;
}

function commandsOf(state: DesignerState): Command[] {
  const actions = ACTIONS.filter((action) => action.id !== "commands" && action.enabled(state)).map<Command>((action) => ({
    id: action.id,
    label: labelOf(action, state),
    kind: action.group,
    keys: action.shortcuts?.[0] === undefined ? [] : keysOf(action.shortcuts[0]),
    icon: <action.icon size={15} aria-hidden />,
    perform: () => run(action),
  }));
  const graph = graphOf(state.good);
  const states = [...machineOf(state.good).states.values()].map<Command>(({ pointer, name }) => ({
    id: `state ${pointer}`,
    label: `Go to ${name}`,
    kind: "State",
    keys: [],
    icon: <CategoryIcon icon={graph.nodes.get(pointer)?.icon ?? "unknown"} size={15} />,
    perform: () => {
      select([pointer]);
      requestAnimationFrame(() => canvas()?.reveal(pointer, { focus: true, centre: true }));
    },
  }));
  const items = state.boot.permissions.design ? [...BUNDLED, ...FLOW, ...PATTERNS] : [];
  const adds = items.map<Command>((item) => ({
    id: `add ${item.id}`,
    label: `Add ${item.title}`,
    kind: item.line,
    keys: [],
    icon: <CategoryIcon icon={item.icon} size={15} />,
    perform: () => addItem(item),
  }));
  return [...actions, ...states, ...adds];
}

function matching(commands: Command[], query: string): Command[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter(({ label, kind }) => words.every((word) => `${label} ${kind}`.toLowerCase().includes(word))).slice(0, 60);
}

export function CommandDialog() {
  const state = useDesigner();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const commands = useMemo(() => commandsOf(state), [state]);
  const shown = matching(commands, query);
  const current = shown[Math.min(at, shown.length - 1)];
  const perform = (command: Command | undefined): void => {
    openDialog(undefined);
    // After the dialog has given the focus back.
    if (command !== undefined) requestAnimationFrame(command.perform);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") perform(current);
    else if (event.key === "ArrowDown") setAt(Math.min(at + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search and commands" onClose={() => openDialog(undefined)}>
      <label className="input">
        <input
          data-autofocus
          role="combobox"
          aria-label="Command, state or action"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={current === undefined ? undefined : `${listId}-${String(shown.indexOf(current))}`}
          placeholder="Command, state or action"
          value={query}
          onChange={({ target }) => {
            setQuery(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </label>
      <ul id={listId} role="listbox" aria-label="Commands" className="h-72 overflow-y-auto -mx-2">
        {shown.map((command, index) => (
          <li
            key={command.id}
            id={`${listId}-${String(index)}`}
            role="option"
            aria-selected={command === current}
            ref={(element) => {
              if (command === current) element?.scrollIntoView({ block: "nearest" });
            }}
            className={`flex items-center gap-2.5 px-2 h-9 rounded-field text-s cursor-pointer ${command === current ? "bg-secondary" : "hover:bg-hover"}`}
            onClick={() => perform(command)}
          >
            <span className="text-ink-2">{command.icon}</span>
            <span className="truncate flex-1">{command.label}</span>
            <span className="text-xs text-ink-3 truncate">{command.kind}</span>
            {command.keys.map((key) => (
              <kbd key={key} className="kbd">
                {key}
              </kbd>
            ))}
          </li>
        ))}
      </ul>
      {shown.length === 0 ? <p className="text-s text-ink-2">Nothing is called that.</p> : null}
    </Dialog>
  );
}
