/** Go to a place in the definition: on the canvas when it belongs to a state, in the code pane otherwise. */

import { machineOf, stateAround } from "../../asl/machine";
import { canvas } from "./canvas";
import type { Problem } from "./derive";
import { select, useDesigner } from "./store";

type Scroll = (from: number, to: number) => void;
let scrollCode: Scroll | undefined;
let waiting: { from: number; to: number } | undefined;

/** The code pane says how it scrolls; a place asked for before it was there is shown then. */
export function setCodeScroll(scroll: Scroll | undefined): void {
  scrollCode = scroll;
  if (scroll !== undefined && waiting !== undefined) scroll(waiting.from, waiting.to);
  waiting = undefined;
}

export function showInCode(from: number, to: number): void {
  if (scrollCode !== undefined) {
    scrollCode(from, to);
    return;
  }
  waiting = { from, to };
  useDesigner.setState({ codeDock: "bottom" });
}

export function jumpTo(problem: Problem): void {
  const { good, codeDock, problems } = useDesigner.getState();
  const state = problem.path === undefined ? undefined : stateAround(machineOf(good), problem.path);
  if (state !== undefined) {
    select([state.pointer]);
    requestAnimationFrame(() => canvas()?.reveal(state.pointer, { focus: true }));
  }
  if (state === undefined || codeDock !== "closed" || problems.length > 0) showInCode(problem.from, problem.to);
}
