/** Small questions about one state: what to note on it, and where it leads. */

import { useState, type KeyboardEvent } from "react";

import { nodeAt, stringOf } from "../../asl/document";
import { removeValue, setValue } from "../../asl/fields";
import { join } from "../../asl/pointer";
import { CategoryIcon } from "../../graph";
import { backToCanvas } from "../actionsLooking";
import { Dialog } from "../parts/Dialog";
import { connect, connectErrors, end, reconnectEdge } from "../state/connecting";
import { graphOf } from "../state/derive";
import { edit, openDialog, useDesigner } from "../state/store";

const close = (): void => openDialog(undefined);

export function CommentDialog({ pointer }: { pointer: string }) {
  const document = useDesigner((state) => state.good);
  const at = join(pointer, "Comment");
  const [text, setText] = useState(() => stringOf(nodeAt(document, at)) ?? "");
  const name = graphOf(document).nodes.get(pointer)?.name ?? "";
  const save = (): void => {
    const had = nodeAt(document, at) !== undefined;
    if (text !== "" || had) edit((current) => (text === "" ? removeValue(current, at, `take the comment off ${name}`) : setValue(current, at, text, `comment on ${name}`)));
    close();
    backToCanvas();
  };
  return (
    <Dialog
      title={`Comment on ${name}`}
      onClose={close}
      onSubmit={save}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary">
            Keep
          </button>
        </>
      }
    >
      <label className="flex flex-col gap-1.5 text-s">
        <span className="text-xs text-ink-2">Comment</span>
        <textarea className="textarea" rows={4} value={text} data-autofocus placeholder="What this step is for" onChange={({ target }) => setText(target.value)} />
      </label>
    </Dialog>
  );
}

const END = "\u0000end";

/** A list to choose from by typing: states of the same scope, and the end where a Next may end. */
export function ConnectDialog({ from, errors }: { from: string; errors: boolean }) {
  const graph = graphOf(useDesigner((state) => state.good));
  const edge = graph.edges.get(from);
  const source = graph.nodes.get(edge?.source ?? from);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const canEnd = !errors && source !== undefined && source.type !== "Choice" && (edge === undefined || edge.kind === "next");
  const states = (graph.scopes.get(source?.scope ?? "")?.nodes ?? []).flatMap((id) => graph.nodes.get(id) ?? []);
  const all = [...states.map(({ id, name, icon, line }) => ({ id, name, icon, line })), ...(canEnd ? [{ id: END, name: "End", icon: "succeed" as const, line: "The path ends here" }] : [])];
  const found = all.filter(({ name }) => name.toLowerCase().includes(query.trim().toLowerCase()));
  const chosen = Math.min(at, Math.max(0, found.length - 1));
  const take = (id: string | undefined): void => {
    if (id === undefined || source === undefined) return;
    close();
    if (errors) connectErrors(source.id, id);
    else if (edge !== undefined) reconnectEdge(edge, id === END ? undefined : id);
    else if (id === END) end(source.id);
    else connect(source.id, id);
    backToCanvas();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || found.length === 0) return;
    event.preventDefault();
    setAt((chosen + step + found.length) % found.length);
  };
  const what = source?.type === "Choice" && edge === undefined && !errors ? "A Choice gets a new rule; its condition is set in the inspector." : "";
  return (
    <Dialog title={errors ? `Lead errors of ${source?.name ?? ""} to` : `Lead ${source?.name ?? "Start"} to`} onClose={close} onSubmit={() => take(found[chosen]?.id)}>
      <input
        className="input w-full"
        role="combobox"
        aria-expanded
        aria-controls="connect-targets"
        aria-activedescendant={found.length === 0 ? undefined : `connect-${String(chosen)}`}
        aria-label="State to lead to"
        placeholder="Type a state's name"
        data-autofocus
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {what === "" ? null : <p className="text-xs text-ink-2">{what}</p>}
      <ul id="connect-targets" role="listbox" aria-label="States" className="max-h-72 overflow-y-auto">
        {found.map(({ id, name, icon, line }, index) => (
          <li
            key={id}
            id={`connect-${String(index)}`}
            role="option"
            aria-selected={index === chosen}
            className={`flex items-center gap-2.5 h-9 px-2 rounded-field cursor-pointer text-s hover:bg-hover ${index === chosen ? "bg-secondary" : ""}`}
            onClick={() => take(id)}
          >
            <CategoryIcon icon={icon} size={15} className="text-ink-2 flex-none" />
            <span className="truncate font-medium">{name}</span>
            <span className="ml-auto truncate text-xs text-ink-2">{line}</span>
          </li>
        ))}
        {found.length === 0 ? <li className="px-2 py-2 text-s text-ink-2">No state is called so.</li> : null}
      </ul>
    </Dialog>
  );
}
