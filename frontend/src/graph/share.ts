/** What comes out as it was before stays the object that it was: those who draw and lay out compare by identity. */

/** The one that is known by the same id, if it says the same. */
export function keptFrom<T extends { readonly id: string }>(before: ReadonlyMap<string, T>, next: T): T {
  const known = before.get(next.id);
  if (known === undefined) return next;
  const keys = Object.keys(next) as (keyof T)[];
  return keys.every((key) => isSame(next[key], known[key])) ? known : next;
}

/** Lists are compared element by element, small objects in them field by field. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => isSame(value, b[index]));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || Array.isArray(a) || Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}
