// The transfer that a call is in, asked for again whenever something about the call has changed.

import { api } from "../api.js";
import { useEffect, useState } from "../ui.js";

export function useTransfer({ call, connection }) {
  const [transfer, setTransfer] = useState(null);
  useEffect(() => {
    if (!connection.is_transferring) {
      setTransfer(null);
      return undefined;
    }
    let isWanted = true;
    api.transfersAt(connection.phone).then(
      (found) => isWanted && setTransfer(found.find((one) => one.call === call.id) ?? null),
      () => {}, // it is asked again with the next change
    );
    return () => (isWanted = false);
  }, [call.id, connection]);
  return transfer;
}
