/** ItemReader: an object in S3 (CSV, JSON and more), or a listing of objects. */

import { SelectInput, TextInput } from "../../parts/controls";
import { join, put, putOneOf, useCanEdit, useText, useValue } from "../binding";
import { SelectField, TextField } from "../fields";
import { NumberOrExpression } from "../NumberOrExpression";
import type { Language } from "./MapForm";
import { S3Fields } from "./S3Fields";

const GET = "arn:aws:states:::s3:getObject";
const LIST = "arn:aws:states:::s3:listObjectsV2";
const BUCKET = { name: "Bucket", label: "Bucket" };
const READ = [BUCKET, { name: "Key", label: "Key" }];
const LISTED = [BUCKET, { name: "Prefix", label: "Prefix", placeholder: "all objects" }];

const INPUT_TYPES = [
  { value: "JSON", label: "JSON: an array" },
  { value: "JSONL", label: "JSONL: a value per line" },
  { value: "CSV", label: "CSV: a row per line" },
  { value: "PARQUET", label: "Parquet" },
  { value: "MANIFEST", label: "Manifest: an inventory or an UNLOAD" },
];
const HEADERS = [
  { value: "FIRST_ROW", label: "The first row" },
  { value: "GIVEN", label: "Given here" },
];
const DELIMITERS = ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"].map((value) => ({ value, label: value.toLowerCase() }));

export function ReaderForm({ at, language }: { at: string; language: Language }) {
  const resource = useText(join(at, "Resource"));
  const disabled = !useCanEdit();
  const config = join(at, "ReaderConfig");
  const isListing = resource === LIST;
  return (
    <fieldset className="flex flex-col gap-3 border-l-2 border-base-300 pl-3 min-w-0">
      <legend className="sr-only">Items from S3</legend>
      <SelectInput
        label="Read"
        value={resource}
        disabled={disabled}
        options={[
          { value: GET, label: "The items in an object" },
          { value: LIST, label: "A listing of objects" },
        ]}
        onChange={(next) => put(join(at, "Resource"), next, "change where the items come from")}
      />
      <S3Fields at={at} language={language} names={isListing ? LISTED : READ} />
      {isListing ? null : <Format at={config} language={language} />}
      <NumberOrExpression holder={config} name="MaxItems" label="Items at most" language={language} min={0} integer start={100} placeholder="all" />
    </fieldset>
  );
}

function Format({ at, language }: { at: string; language: Language }) {
  const type = useText(join(at, "InputType"));
  const disabled = !useCanEdit();
  return (
    <>
      <SelectInput label="Written as" value={type} options={INPUT_TYPES} disabled={disabled} onChange={(next) => putOneOf(at, ["InputType"], "InputType", next, "change how the items are written")} />
      {type === "CSV" ? <Csv at={at} /> : null}
      {type === "JSON" ? <TextField at={join(at, "ItemsPointer")} label="Where the array is" mono placeholder={language === "JSONata" ? "/data or {% ... %}" : "/data (a JSON Pointer)"} /> : null}
    </>
  );
}

function Csv({ at }: { at: string }) {
  const headers = useValue(join(at, "CSVHeaders"));
  const where = useText(join(at, "CSVHeaderLocation"));
  const disabled = !useCanEdit();
  const written = Array.isArray(headers) ? headers.filter((name) => typeof name === "string").join(", ") : "";
  const write = (text: string): void => put(join(at, "CSVHeaders"), text.trim() === "" ? undefined : text.split(",").map((name) => name.trim()), "change the columns");
  return (
    <>
      <SelectField at={join(at, "CSVHeaderLocation")} label="Names of the columns" options={HEADERS} />
      {where === "GIVEN" ? <TextInput label="Columns" lazy value={written} placeholder="id, name, price" disabled={disabled} onChange={write} /> : null}
      <SelectField at={join(at, "CSVDelimiter")} label="Between the columns" options={DELIMITERS} fallback="COMMA" />
    </>
  );
}
