/** A definition from a file or the clipboard takes the place of the text; undo brings that back. */

import { useState } from "react";

import { parseDocument } from "../../asl/document";
import { ApiError, send } from "../api";
import { TextInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { announce, openDialog, replaceText } from "../state/store";

interface Found {
  name: string;
  definition: string;
}

const close = (): void => openDialog(undefined);

/** JSON is taken as it is, to the byte; YAML and templates are read by the server. */
async function read(text: string, filename: string): Promise<Found[]> {
  const parsed = parseDocument(text);
  if (parsed.ok && parsed.document.root.children?.some(({ children }) => children?.[0]?.value === "States")) return [{ name: filename, definition: text }];
  return (await send<{ found: Found[] }>("POST", "/api/v1/imports", { text, filename })).found;
}

export default function ImportDialog({ name, text }: { name: string; text: string }) {
  const [given, setGiven] = useState({ name, text });
  const [found, setFound] = useState<Found[]>();
  const [problem, setProblem] = useState<string>();
  const [at, setAt] = useState(0);
  const take = ({ name: called, definition }: Found): void => {
    replaceText(definition, `import ${called || "a definition"}`);
    close();
    announce(`Imported ${called || "a definition"}. Undo brings the former text back.`);
  };
  const accept = async (): Promise<void> => {
    const chosen = found?.[at];
    if (chosen !== undefined) return take(chosen);
    setProblem(undefined);
    try {
      const all = await read(given.text, given.name);
      if (all[0] !== undefined && all.length === 1) take({ ...all[0], name: given.name || all[0].name });
      else setFound(all);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : String(error));
    }
  };
  return (
    <Dialog
      title="Import a definition"
      onClose={close}
      onSubmit={() => void accept()}
      footer={
        <>
          <button type="button" className="btn btn-ghost" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={given.text.trim() === ""}>
            Replace the definition
          </button>
        </>
      }
    >
      {found === undefined ? (
        <>
          <label className="flex flex-col gap-1.5 text-s">
            <span className="text-xs text-ink-2">File: a definition in JSON or YAML, or a CloudFormation or SAM template</span>
            <input
              type="file"
              className="file-input file-input-sm w-full"
              accept=".json,.asl,.yaml,.yml,.template,application/json,application/yaml"
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                if (file !== undefined) void file.text().then((content) => setGiven({ name: file.name, text: content }));
              }}
            />
          </label>
          <TextInput label="Or paste it" mono rows={6} value={given.text} onChange={(next) => setGiven({ name: "", text: next })} />
        </>
      ) : (
        <fieldset className="flex flex-col gap-2">
          <legend className="text-xs text-ink-2 mb-1">The template has several state machines</legend>
          {found.map((each, index) => (
            <label key={each.name} className="flex items-center gap-2 text-s">
              <input type="radio" className="radio radio-sm" name="which" checked={index === at} onChange={() => setAt(index)} />
              {each.name}
            </label>
          ))}
        </fieldset>
      )}
      {problem === undefined ? null : (
        <p role="alert" className="text-s text-fail-ink">
          {problem}
        </p>
      )}
      <p className="text-xs text-ink-2">It takes the place of what is on the screen. Nothing is saved yet, and undo brings the present text back.</p>
    </Dialog>
  );
}
