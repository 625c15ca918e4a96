/** The "+" on a connection: what is chosen in the palette next goes there. */

import { Plus } from "lucide-react";

import type { EdgeSlotProps } from "../../graph";
import { addOn } from "../state/adding";
import { select } from "../state/store";

export function AddOnEdge({ edge, reachable, label }: EdgeSlotProps) {
  return (
    <button
      type="button"
      tabIndex={reachable ? 0 : -1}
      className="size-5 rounded-full bg-primary text-primary-content grid place-items-center hover:scale-110"
      aria-label={`Add a state: ${label}`}
      title="Add a state here"
      onFocus={() => select([edge.id])}
      onClick={(event) => {
        event.stopPropagation();
        addOn(edge.id);
      }}
    >
      <Plus size={13} strokeWidth={2.4} aria-hidden />
    </button>
  );
}
