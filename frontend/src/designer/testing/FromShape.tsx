/** A button that fills a mock with what the Task's service might answer, by its own shape. */

import { useActionShapes } from "../catalogue/shapes";
import { useDesigner } from "../state/store";
import { answerOf } from "./shapeSample";

export function FromShape({ resource, onFill }: { resource: string; onFill: (text: string) => void }) {
  const url = useDesigner(({ boot }) => boot.urls.catalogue);
  const { action } = useActionShapes(url, resource.startsWith("arn:aws:states:::") ? resource : "");
  const text = action === undefined ? undefined : answerOf(action);
  if (text === undefined) return null;
  return (
    <button type="button" className="btn btn-ghost btn-xs self-start" onClick={() => onFill(text)}>
      Fill from the service's shape
    </button>
  );
}
