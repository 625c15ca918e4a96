/** The page was opened to test one state with what it was given in a run (`?pin=…&test=…`). */

import type { Arrival } from "../../boot";
import { graphOf } from "../../state/derive";
import { announce, select, useDesigner } from "../../state/store";

/** Its state is chosen and, where the run was, is where it would be tested. One that isn't there any more is said. */
export function openStateTest({ pointer, environment }: NonNullable<Arrival["state"]>): void {
  const { boot, good } = useDesigner.getState();
  const where = boot.environments.find(({ id }) => String(id) === environment);
  if (where !== undefined) useDesigner.setState({ environment: where.id });
  if (graphOf(good).nodes.has(pointer)) select([pointer]);
  else announce("The newest revision has no such state any more.");
}
