/** What an error is called and why it came, with a word on how to mend it where that is known. */
import { JsonPane } from "./JsonView";

/** The error's name, and its cause as JSON if it is some. */
export function ErrorPane({ error, cause }: { error: string; cause: string | null }) {
  const isJson = cause !== null && /^\s*[[{]/.test(cause);
  return (
    <section aria-label="Error" className="flex flex-none flex-col overflow-hidden rounded-lg border border-fail-line bg-fail-wash">
      <h3 className="flex-none px-3 pt-2 pb-1 font-mono text-xs font-medium break-words text-fail-ink">{error}</h3>
      {isJson ? (
        <div className="m-2 mt-1 flex max-h-56 min-h-0 flex-col">
          <JsonPane title="Cause" text={cause} note="parsed" empty={null} />
        </div>
      ) : (
        cause && <p className="max-h-56 overflow-auto px-3 pb-2 text-s break-words whitespace-pre-wrap">{cause}</p>
      )}
      {MODEL_DENIED.test(error) && <ModelAccess />}
    </section>
  );
}

const MODEL_DENIED = /^Bedrock(Runtime)?\.AccessDeniedException$/;

/** In AWS an account asks for each model once; a role may still be kept from it. */
function ModelAccess() {
  return (
    <p className="flex-none px-3 pb-2 text-xs text-ink-2">
      Either this account hasn’t been given access to the model, or the workflow’s role may not invoke it (bedrock:InvokeModel).{" "}
      <a className="underline" href="https://console.aws.amazon.com/bedrock/home#/modelaccess" target="_blank" rel="noreferrer">
        Model access in AWS
      </a>
    </p>
  );
}
