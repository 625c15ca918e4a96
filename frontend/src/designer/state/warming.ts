/**
 * What the first edits of a large workflow run is run before them, while nobody does anything: the browser compiles code once it
 * has run a few times, and the first edits would wait for that. The edits tried here are thrown away; nothing of the page changes.
 */

import { mustParse, sharedValueOf } from "../../asl/document";
import { EditRefused } from "../../asl/edit";
import { duplicateStates } from "../../asl/group";
import { layout, project, type Graph, type Layout } from "../../graph";
import { graphOf } from "./derive";
import { whenIdle } from "./later";
import { useDesigner } from "./store";

/** Below this the first edit is quick enough as it is. */
const LARGE = 150;
const TIMES = 16;

/** In idle time, piece by piece, until all is tried or the person began to edit. */
export function warmEditing(): void {
  const { good, boot, problems, direction, collapsed } = useDesigner.getState();
  const graph = graphOf(good);
  if (!boot.permissions.design || problems.length > 0 || graph.nodes.size < LARGE) return;
  const ids = [...graph.nodes.keys()];
  let drawing: Layout | undefined;
  const step = (turn: number): void => {
    if (turn === TIMES || useDesigner.getState().good !== good) return;
    drawing ??= layout(graph, { direction, collapsed });
    const edited = graphAfter(ids[Math.floor((turn * ids.length) / TIMES)] ?? "");
    if (edited !== undefined) layout(edited, { direction, collapsed, previous: drawing.order, reuse: drawing });
    whenIdle(() => step(turn + 1));
  };
  const graphAfter = (id: string): Graph | undefined => {
    try {
      const document = mustParse(duplicateStates(good, [id]).text);
      mustParse(good.text); // remains among those that the next edit is compared with
      return project(sharedValueOf(document), graph);
    } catch (error) {
      if (error instanceof EditRefused) return undefined;
      throw error;
    }
  };
  whenIdle(() => step(0));
}
