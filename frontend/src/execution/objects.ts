/** Objects in S3 that data names: `s3://bucket/key`, `{Bucket, Key}` and what services call the same. Pure. */

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

const ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/s;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PAIRS: readonly (readonly [bucket: string, key: string])[] = [
  ["Bucket", "Key"],
  ["bucket", "key"],
  ["S3Bucket", "S3Key"],
  ["BucketName", "Key"],
  ["S3BucketName", "S3ObjectKey"],
];
/** More than this on one page is a list, not something to look at. */
export const MOST_OBJECTS = 24;
const DEEPEST = 40;

/** Of several JSON texts, each object once, in the order of their places. */
export function objectsIn(texts: readonly (string | null | undefined)[]): S3Object[] {
  const found = new Map<string, S3Object>();
  for (const text of texts) {
    if (!text || !/s3:|bucket/i.test(text)) continue;
    try {
      collect(JSON.parse(text), found, 0);
    } catch {
      continue; // cut off, or no JSON
    }
  }
  return [...found.values()];
}

function collect(value: unknown, found: Map<string, S3Object>, depth: number): void {
  if (found.size >= MOST_OBJECTS || depth > DEEPEST) return;
  if (typeof value === "string") {
    const [, bucket, key] = ADDRESS.exec(value) ?? [];
    if (bucket !== undefined && key !== undefined && !key.endsWith("/")) found.set(value, { bucket, key });
    else if (depth < DEEPEST && /^\s*[[{]/.test(value) && /s3:|bucket/i.test(value)) collectText(value, found, depth);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const members = value as Readonly<Record<string, unknown>>;
  for (const [bucketName, keyName] of PAIRS) {
    const bucket = members[bucketName];
    const key = members[keyName];
    if (typeof bucket === "string" && BUCKET.test(bucket) && typeof key === "string" && key !== "" && !key.endsWith("/")) found.set(`s3://${bucket}/${key}`, { bucket, key });
  }
  for (const member of Object.values(members)) collect(member, found, depth + 1);
}

/** JSON inside JSON: a function's payload, a model's body. */
function collectText(text: string, found: Map<string, S3Object>, depth: number): void {
  try {
    collect(JSON.parse(text), found, depth + 1);
  } catch {
    // It only looked like JSON.
  }
}
