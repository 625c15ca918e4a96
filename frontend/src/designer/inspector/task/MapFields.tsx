/** The members of a map: names that the person gives, each with its own field. */

import { Pencil, Plus } from "lucide-react";
import { useMemo, useState } from "react";

import { lastToken } from "../../../asl/pointer";
import { useShape, type Shape } from "../../catalogue/shapes";
import { TextInput } from "../../parts/controls";
import { useDocument } from "../../state/later";
import { edit } from "../../state/store";
import { useCanEdit } from "../binding";
import { useForm } from "./context";
import { namesAt, removePlace, renamePlace, setLiteral, type Place } from "./place";
import { ShapeField, startOf } from "./ShapeField";

type MapShape = Extract<Shape, { type: "map" }>;

export function MapFields({ shape, at, depth }: { shape: MapShape; at: string; depth: number }) {
  const { action, language, url } = useForm();
  const document = useDocument();
  const disabled = !useCanEdit();
  const names = useMemo(() => namesAt(document, at, language), [document, at, language]);
  const [fresh, setFresh] = useState("");
  const [renaming, setRenaming] = useState<string | undefined>(undefined);
  const key = useShape(url, action, shape.key);
  const choices = key !== undefined && "enum" in key ? key.enum : undefined;
  const what = lastToken(at);
  const placeOf = (name: string): Place => ({ holder: at, name, language });
  const add = (): void => {
    const name = fresh.trim();
    if (name === "" || names.includes(name)) return;
    const start = startOf(action.shapes[shape.value]) ?? "";
    if (edit((current) => setLiteral(current, placeOf(name), start, `add ${name} to ${what}`))) setFresh("");
  };
  const rename = (from: string, to: string): void => {
    setRenaming(undefined);
    if (to.trim() !== "" && to !== from && !names.includes(to)) edit((current) => renamePlace(current, placeOf(from), to.trim(), `rename ${from} to ${to.trim()}`));
  };
  return (
    <div className="flex flex-col gap-2.5 min-w-0">
      {names.map((name) =>
        renaming === name ? (
          <TextInput key={name} label="Name" lazy value={name} onChange={(to) => rename(name, to)} disabled={disabled} />
        ) : (
          <ShapeField
            key={name}
            member={{ name, shape: shape.value }}
            place={placeOf(name)}
            depth={depth}
            onRemove={() => edit((current) => removePlace(current, placeOf(name), `remove ${name} from ${what}`))}
            buttons={
              <button type="button" disabled={disabled} aria-label={`Rename ${name}`} title="Rename" className="size-5 grid place-items-center rounded text-ink-3 hover:bg-hover" onClick={() => setRenaming(name)}>
                <Pencil size={12} aria-hidden />
              </button>
            }
          />
        ),
      )}
      {disabled ? null : (
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <div className="flex-1 min-w-0">
            <TextInput label={`New name in ${what}`} value={fresh} onChange={setFresh} placeholder="Name" {...(choices === undefined ? {} : { suggestions: choices })} />
          </div>
          <button type="submit" className="btn btn-line" aria-label={`Add to ${what}`} disabled={fresh.trim() === "" || names.includes(fresh.trim())}>
            <Plus size={14} aria-hidden /> Add
          </button>
        </form>
      )}
    </div>
  );
}

