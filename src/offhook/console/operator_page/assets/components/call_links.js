// Telephone links that are dropped on the page, or pasted while nobody types, ask to be dialled.

import { isCallLink, numberOfLink } from "../numbers.js";
import { go } from "../router.js";
import { useEffect } from "../ui.js";

const LINKS = ["text/uri-list", "text/plain"];

export function useCallLinks() {
  useEffect(() => {
    const ask = (event, data) => {
      const link = LINKS.map((type) => data?.getData(type) ?? "").find(isCallLink);
      if (!link) return;
      event.preventDefault();
      go("dial", { number: numberOfLink(link) });
    };
    const isField = (target) => target.closest?.("input, textarea");
    const paste = (event) => isField(event.target) || ask(event, event.clipboardData);
    const drop = (event) => isField(event.target) || ask(event, event.dataTransfer);
    const over = (event) => {
      if (!isField(event.target) && LINKS.some((type) => event.dataTransfer.types.includes(type))) event.preventDefault();
    };
    const listeners = { paste, drop, dragover: over };
    for (const [type, listener] of Object.entries(listeners)) document.addEventListener(type, listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) document.removeEventListener(type, listener);
    };
  }, []);
}
