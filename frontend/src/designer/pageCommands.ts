/** The designer's part of the page's command palette: every action, every state, everything that can be added. */

import { useEffect } from "react";

import { machineOf } from "../asl/machine";
import { ACTIONS, labelOf, run } from "./actions";
import { useOwnItems } from "./catalogue/ownItems";
import { keysOf } from "./shortcuts";
import { addItem } from "./state/adding";
import { canvas } from "./state/canvas";
import { uncover } from "./state/look";
import { select, useDesigner, type DesignerState } from "./state/store";

/** What shell/palette.ts takes. */
interface Command {
  label: string;
  kind: string;
  run: () => void;
}

export function goTo(pointer: string): void {
  uncover(pointer);
  select([pointer]);
  requestAnimationFrame(() => canvas()?.reveal(pointer, { focus: true, centre: true }));
}

export function commandsOf(state: DesignerState): Command[] {
  const actions = ACTIONS.filter((action) => action.id !== "commands" && action.enabled(state)).map<Command>((action) => {
    const keys = action.shortcuts?.[0];
    const kind = keys === undefined ? action.group : `${action.group}, ${keysOf(keys).join(" ")}`;
    return { label: labelOf(action, state), kind, run: () => run(action) };
  });
  const states = [...machineOf(state.good).states.values()].map<Command>(({ pointer, name }) => ({
    label: `Go to ${name}`,
    kind: "State",
    run: () => goTo(pointer),
  }));
  const items = state.boot.permissions.design ? useOwnItems.getState().all : [];
  const adds = items.map<Command>((item) => ({ label: `Add ${item.title}`, kind: item.line, run: () => addItem(item) }));
  return [...actions, ...states, ...adds];
}

function publish(commands: Command[]): void {
  document.dispatchEvent(new CustomEvent("callboard:commands", { detail: commands }));
}

const SETTLED = 150;

export function usePageCommands(): void {
  useEffect(() => {
    publish(commandsOf(useDesigner.getState()));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => publish(commandsOf(useDesigner.getState())), SETTLED);
    };
    const stops = [useDesigner.subscribe(later), useOwnItems.subscribe(later)];
    return () => {
      stops.forEach((stop) => stop());
      clearTimeout(timer);
      publish([]);
    };
  }, []);
}
