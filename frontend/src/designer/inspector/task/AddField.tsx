/** Adds an optional field, found by its name or by what its documentation says. */

import { Plus } from "lucide-react";
import { useId, useState, type KeyboardEvent } from "react";

import type { Member } from "../../catalogue/shapes";

function found(members: readonly Member[], typed: string): readonly Member[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return members;
  const score = ({ name, doc = "" }: Member): number => {
    const own = name.toLowerCase();
    if (words.every((word) => own.includes(word))) return own.startsWith(words[0] ?? "") ? 0 : 1;
    return words.every((word) => own.includes(word) || doc.toLowerCase().includes(word)) ? 2 : 3;
  };
  return members
    .map((member) => ({ member, rank: score(member) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ member }) => member);
}

export function AddField({ members, onAdd }: { members: readonly Member[]; onAdd: (member: Member) => void }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  if (members.length === 0) return null;
  if (!open)
    return (
      <button type="button" className="self-start flex items-center gap-1 text-xs text-ink-2 hover:text-base-content rounded px-1 h-6 hover:bg-hover" onClick={() => setOpen(true)}>
        <Plus size={13} aria-hidden /> Add a field <span className="num text-ink-3">{members.length}</span>
      </button>
    );
  const shown = found(members, typed).slice(0, 40);
  const chosen = Math.min(at, shown.length - 1);
  const close = (): void => {
    setOpen(false);
    setTyped("");
    setAt(0);
  };
  const take = (member: Member | undefined): void => {
    if (member === undefined) return;
    close();
    onAdd(member);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") take(shown[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="rounded-field border border-control p-1" onBlur={(event) => (event.currentTarget.contains(event.relatedTarget) ? undefined : close())}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={`${listId}-${String(chosen)}`}
        aria-label="Find a field to add"
        placeholder="Find a field"
        className="w-full bg-transparent px-1.5 h-7 text-s outline-none"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} role="listbox" aria-label="Fields" className="max-h-56 overflow-y-auto">
        {shown.map((member, index) => (
          <li
            key={member.name}
            id={`${listId}-${String(index)}`}
            role="option"
            aria-selected={index === chosen}
            className="px-1.5 py-1 rounded cursor-pointer aria-selected:bg-secondary hover:bg-hover"
            onMouseDown={(event) => {
              event.preventDefault();
              take(member);
            }}
          >
            <span className="block text-s font-medium">{member.name}</span>
            <span className="block text-2xs text-ink-2 line-clamp-1">{member.doc}</span>
          </li>
        ))}
      </ul>
      {shown.length === 0 ? <p className="px-1.5 py-1 text-xs text-ink-2">No field of that name.</p> : null}
    </div>
  );
}
