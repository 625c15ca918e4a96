/** An element that must be there: an index out of range is a mistake of ours, not a value. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`No element ${index} among ${list.length}`);
  return value;
}
