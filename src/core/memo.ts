/**
 * What follows from an object that never changes, worked out once and forgotten with it. Only for pure functions of
 * values that are read-only by contract: a transaction is decoded once and asked the same things at every door.
 */
export function memo<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let entry = known.get(key);
    if (!entry) known.set(key, (entry = { value: compute(key) }));
    return entry.value;
  };
}
