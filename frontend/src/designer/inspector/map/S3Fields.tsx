/** Where in S3: the arguments of an ItemReader or ResultWriter, as texts or expressions. */

import { join } from "../binding";
import { TemplateField, TextField } from "../fields";
import type { Language } from "./MapForm";

/** `at` is the ItemReader or ResultWriter. */
export function S3Fields({ at, language, names }: { at: string; language: Language; names: readonly { name: string; label: string; placeholder?: string }[] }) {
  return names.map(({ name, label, placeholder }) => {
    const optional = placeholder === undefined ? {} : { placeholder };
    if (language === "JSONata") return <TextField key={name} at={join(at, "Arguments", name)} label={label} mono {...optional} />;
    return <TemplateField key={name} holder={join(at, "Parameters")} name={name} label={label} {...optional} />;
  });
}
