/** What the fields of one Task's form share. */

import { createContext, useContext, useMemo } from "react";

import type { ActionShapes } from "../../catalogue/shapes";
import { edit, useDesigner } from "../../state/store";
import { useCanEdit } from "../binding";
import { heldAt, removePlace, setExpression, setLiteral, type Held, type Language, type Place } from "./place";
import { join } from "../../../asl/pointer";
import type { Writable } from "../../../asl/style";

export interface FormContext {
  action: ActionShapes;
  language: Language;
  /** The catalogue's address. */
  url: string;
}

export const TaskFormContext = createContext<FormContext | undefined>(undefined);

export function useForm(): FormContext {
  const form = useContext(TaskFormContext);
  if (form === undefined) throw new Error("A field of an action stands outside its form");
  return form;
}

/** What is at a place, and how to change it; typing in one field makes one step of the undo list. */
export function usePlace(place: Place) {
  const document = useDesigner((state) => state.good);
  const held: Held = useMemo(() => heldAt(document, place), [document, place]);
  const disabled = !useCanEdit();
  const merge = join(place.holder, place.name);
  return {
    held,
    disabled,
    set: (value: Writable, label = `set ${place.name}`) => edit((current) => setLiteral(current, place, value, label), merge),
    express: (text: string, label = `set ${place.name}`) => edit((current) => setExpression(current, place, text, label), merge),
    remove: (label = `remove ${place.name}`) => edit((current) => removePlace(current, place, label)),
  };
}
