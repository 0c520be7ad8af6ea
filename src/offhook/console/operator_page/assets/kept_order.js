// Thousands of phones change one at a time, and hardly ever in what they are sorted by: the order is kept, and made
// anew only when a key is not what it was.

export function keptOrder(keyOf) {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  let map = null;
  let order = []; // [{id, key}]
  let sorted = [];
  return (found) => {
    if (found === map) return sorted;
    const isKept = order.length === found.size && order.every(({ id, key }) => found.has(id) && keyOf(found.get(id)) === key);
    if (!isKept) {
      order = Array.from(found, ([id, one]) => ({ id, key: keyOf(one) }));
      order.sort((one, other) => compare(one.key, other.key) || (one.id < other.id ? -1 : 1));
    }
    map = found;
    sorted = order.map(({ id }) => found.get(id));
    return sorted;
  };
}
