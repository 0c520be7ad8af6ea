// Presses keep the order in which they were made: one request at a time for each place; what comes meanwhile waits.
//
// After one that was refused, nothing that waited is sent: keys after a gap would mean something else.

export class InOrder {
  #queues = new Map(); // place -> {waiting, isSending}

  // `send(values)` says whether the console accepted them; what waits with the same `kind` goes in one request, up to
  // `most` values. Resolves with that answer.
  add(place, { kind, value, most, send }) {
    const queue = this.#queues.get(place) ?? { waiting: [], isSending: false };
    this.#queues.set(place, queue);
    const fate = new Promise((resolve) => queue.waiting.push({ kind, value, most, send, resolve }));
    if (!queue.isSending) this.#sendAll(place, queue);
    return fate;
  }

  async #sendAll(place, queue) {
    queue.isSending = true;
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, together(queue.waiting));
      const isAccepted = await batch[0].send(batch.map(({ value }) => value));
      if (!isAccepted) batch.push(...queue.waiting.splice(0));
      for (const { resolve } of batch) resolve(isAccepted);
    }
    this.#queues.delete(place);
  }
}

function together(waiting) {
  const { kind, most } = waiting[0];
  const end = waiting.findIndex((one) => one.kind !== kind);
  return Math.min(most, end === -1 ? waiting.length : end);
}
