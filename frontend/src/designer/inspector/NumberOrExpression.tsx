/** A number of a state, or where it is read: "MaxConcurrency" or "MaxConcurrencyPath", in JSONata "{% ... %}". */

import { Segmented } from "../parts/controls";
import { join, putOneOf, useCanEdit, useValue } from "./binding";
import { NumberField, TextField } from "./fields";
import { useSuggestedPaths } from "./preview/paths";

interface Props {
  /** The object that holds it. */
  holder: string;
  name: string;
  label: string;
  language: "JSONPath" | "JSONata";
  unit?: string;
  min?: number;
  max?: number;
  integer?: boolean;
  placeholder?: string;
  /** What a number begins with. */
  start?: number;
}

export function NumberOrExpression({ holder, name, label, language, start = 1, ...number }: Props) {
  const own = useValue(join(holder, name));
  const path = useValue(join(holder, `${name}Path`));
  const disabled = !useCanEdit();
  const paths = useSuggestedPaths();
  const isJsonata = language === "JSONata";
  const isRead = isJsonata ? typeof own === "string" : path !== undefined;
  const change = (next: "number" | "read"): void => {
    const words = `change ${label.toLowerCase()}`;
    if (next === "number") putOneOf(holder, [name, `${name}Path`], name, start, words);
    else if (isJsonata) putOneOf(holder, [name], name, "{% $states.input.value %}", words);
    else putOneOf(holder, [name, `${name}Path`], `${name}Path`, "$.value", words);
  };
  const modes = (
    <Segmented
      label={`${label} is`}
      small
      value={isRead ? "read" : "number"}
      segments={[
        { value: "number", label: "Number" },
        { value: "read", label: isJsonata ? "Expression" : "Path" },
      ]}
      onChange={change}
      disabled={disabled}
    />
  );
  if (isRead) return <TextField at={join(holder, isJsonata ? name : `${name}Path`)} label={label} mono hint={modes} suggestions={isJsonata ? [] : paths} />;
  return <NumberField at={join(holder, name)} label={label} hint={modes} {...number} />;
}
