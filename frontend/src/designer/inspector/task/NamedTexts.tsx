/** Names and texts, as headers and query parameters are; each text a value, a template or an expression. */

import { useMemo, useState } from "react";

import { join } from "../../../asl/pointer";
import { TextInput } from "../../parts/controls";
import { useDocument } from "../../state/later";
import { edit } from "../../state/store";
import { useCanEdit } from "../binding";
import { JsonField } from "../JsonField";
import { heldAt, namesAt, removePlace, setLiteral, type Language, type Place } from "./place";
import { TextModes } from "./TextModes";
import { X } from "lucide-react";

export function NamedTexts({ at, label, names, language }: { at: string; label: string; names?: readonly string[]; language: Language }) {
  const document = useDocument();
  const disabled = !useCanEdit();
  const [fresh, setFresh] = useState("");
  const present = useMemo(() => namesAt(document, at, language), [document, at, language]);
  const placeOf = (name: string): Place => ({ holder: at, name, language });
  const add = (): void => {
    const name = fresh.trim();
    if (name === "" || present.includes(name)) return;
    if (edit((current) => setLiteral(current, placeOf(name), "", `add ${name}`))) setFresh("");
  };
  return (
    <fieldset className="flex flex-col gap-2 min-w-0" disabled={disabled}>
      <legend className="lbl mb-1">{label}</legend>
      {present.map((name) => {
        const held = heldAt(document, placeOf(name));
        const plain = held.kind !== "value" || typeof held.value !== "object";
        return (
          <div key={name} className="flex items-start gap-1 min-w-0">
            <div className="flex-1 min-w-0">{plain ? <TextModes holder={at} name={name} language={language} label={name} /> : <JsonField at={join(at, name)} label={name} />}</div>
            <button type="button" aria-label={`Remove ${name}`} title={`Remove ${name}`} disabled={disabled} className="size-5 mt-0.5 grid place-items-center rounded text-ink-3 hover:bg-hover hover:text-base-content" onClick={() => edit((current) => removePlace(current, placeOf(name), `remove ${name}`))}>
              <X size={13} aria-hidden />
            </button>
          </div>
        );
      })}
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div className="flex-1 min-w-0">
          <TextInput label={`Add to ${label.toLowerCase()}`} value={fresh} onChange={setFresh} placeholder="Name" disabled={disabled} {...(names === undefined ? {} : { suggestions: names })} />
        </div>
        <button type="submit" className="btn btn-line" disabled={fresh.trim() === "" || present.includes(fresh.trim()) || disabled}>
          Add
        </button>
      </form>
    </fieldset>
  );
}
