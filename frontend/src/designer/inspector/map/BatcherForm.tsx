/** ItemBatcher: several items to an execution, with data of their own beside them. */

import { CheckInput } from "../../parts/controls";
import { join, put, useCanEdit, useValue } from "../binding";
import { FieldPreview } from "../preview/FieldPreview";
import { JsonField } from "../JsonField";
import { NumberOrExpression } from "../NumberOrExpression";
import type { Language } from "./MapForm";

export function BatcherForm({ at, language }: { at: string; language: Language }) {
  const isThere = useValue(at) !== undefined;
  const disabled = !useCanEdit();
  return (
    <>
      <CheckInput label="Put the items together in batches" checked={isThere} disabled={disabled} onChange={(checked) => put(at, checked ? { MaxItemsPerBatch: 10 } : undefined, checked ? "batch the items" : "take the batches away")} />
      {isThere ? (
        <fieldset className="flex flex-col gap-3 border-l-2 border-base-300 pl-3 min-w-0">
          <legend className="sr-only">Batches</legend>
          <NumberOrExpression holder={at} name="MaxItemsPerBatch" label="Items to a batch" language={language} min={1} integer start={10} placeholder="as many as fit" />
          <NumberOrExpression holder={at} name="MaxInputBytesPerBatch" label="Bytes to a batch" language={language} min={1} max={262_144} integer start={65_536} placeholder="262,144" />
          <JsonField at={join(at, "BatchInput")} label="Beside the items" objectOnly={language === "JSONPath"} hint="BatchInput, the same in each batch" />
          <FieldPreview at={at} />
        </fieldset>
      ) : null}
    </>
  );
}
