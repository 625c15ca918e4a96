/** ResultWriter: the results to S3, or in another form into the output. */

import { CheckInput } from "../../parts/controls";
import { join, put, useCanEdit, useValue } from "../binding";
import { SelectField } from "../fields";
import type { Language } from "./MapForm";
import { S3Fields } from "./S3Fields";

const NAMES = [
  { name: "Bucket", label: "Bucket" },
  { name: "Prefix", label: "Prefix" },
];
const TRANSFORMATIONS = [
  { value: "NONE", label: "All that is known of each execution" },
  { value: "COMPACT", label: "Its output alone" },
  { value: "FLATTEN", label: "Its output, lists joined into one" },
];
const OUTPUT_TYPES = [
  { value: "JSON", label: "JSON" },
  { value: "JSONL", label: "JSONL" },
];

export function WriterForm({ at, language }: { at: string; language: Language }) {
  const isThere = useValue(at) !== undefined;
  const disabled = !useCanEdit();
  const fresh = { Resource: "arn:aws:states:::s3:putObject", [language === "JSONata" ? "Arguments" : "Parameters"]: { Bucket: "", Prefix: "" } };
  return (
    <>
      <CheckInput label="Write the results to S3" checked={isThere} disabled={disabled} onChange={(checked) => put(at, checked ? fresh : undefined, checked ? "write the results to S3" : "keep the results in the output")} />
      {isThere ? (
        <fieldset className="flex flex-col gap-3 border-l-2 border-base-300 pl-3 min-w-0">
          <legend className="sr-only">Results to S3</legend>
          <S3Fields at={at} language={language} names={NAMES} />
          <SelectField at={join(at, "WriterConfig", "Transformation")} label="What is written" options={TRANSFORMATIONS} fallback="NONE" />
          <SelectField at={join(at, "WriterConfig", "OutputType")} label="Written as" options={OUTPUT_TYPES} fallback="JSON" />
        </fieldset>
      ) : null}
    </>
  );
}
