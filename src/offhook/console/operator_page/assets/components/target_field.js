// A field for a number or a name, with those it may mean below it: the combobox of the ARIA authoring practices.

import { t } from "../i18n.js";
import { dialable } from "../numbers.js";
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "../ui.js";
import { Presence } from "./avatar.js";
import { useTargets } from "./targets.js";

// onChoose({number, display, name}); isAlwaysOpen: the list is there before anything is typed.
export function TargetField({ label, placeholder, value, onValue, onChoose, isLeftOut, isAlwaysOpen = false, hasFocus = false, inputRef, onKeyDown }) {
  const targets = useTargets(value, isLeftOut, isAlwaysOpen || value.trim() !== "");
  const [active, setActive] = useState(-1);
  const [isOpen, setOpen] = useState(false);
  const own = useRef(null);
  const input = inputRef ?? own;
  const id = useId();
  const shown = (isAlwaysOpen || (isOpen && value.trim())) && targets.length > 0 ? targets : [];
  // Before anything else can be pressed: an arrow right after a letter chooses from the new list.
  useLayoutEffect(() => setActive(-1), [value]);
  useEffect(() => {
    if (hasFocus) input.current.focus({ preventScroll: true });
  }, []);
  const choose = (target) => {
    setOpen(false);
    onChoose(target);
  };
  const submit = () => {
    const number = dialable(value);
    if (shown[active]) choose(shown[active]);
    else if (number) choose({ number });
    else if (value.trim() && targets.length) choose(targets[0]);
  };
  const keys = {
    ArrowDown: () => (isOpen || isAlwaysOpen ? setActive((active + 1) % Math.max(1, shown.length)) : setOpen(true)),
    ArrowUp: () => setActive(active <= 0 ? shown.length - 1 : active - 1),
    Enter: submit,
    Escape: () => setOpen(false),
  };
  const keyDown = (event) => {
    onKeyDown?.(event);
    if (event.defaultPrevented || event.isComposing || !keys[event.key] || (event.key.startsWith("Arrow") && !targets.length)) return;
    if (event.key !== "Escape") event.preventDefault();
    keys[event.key]();
  };
  // A link that is pasted or dropped leaves its number.
  const onInput = (event) => {
    const text = event.target.value;
    setOpen(true);
    onValue(/^(tel|callto|sips?):/i.test(text.trim()) ? dialable(text) : text);
  };
  return html`<div class="target-field">
    <input
      id=${id} type="text" role="combobox" inputmode="text" autocomplete="off" spellcheck="false" maxlength="128"
      aria-label=${label} aria-expanded=${shown.length ? "true" : "false"} aria-controls=${`${id}-list`} aria-autocomplete="list"
      aria-activedescendant=${shown[active] ? `${id}-${active}` : undefined}
      placeholder=${placeholder} ref=${input} value=${value} onInput=${onInput} onKeyDown=${keyDown}
      onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)}
    />
    <ul class="targets" id=${`${id}-list`} role="listbox" aria-label=${t("target.list")} hidden=${shown.length === 0}>
      ${shown.map(
        (target, index) => html`<li key=${target.key} id=${`${id}-${index}`} role="option" aria-selected=${index === active ? "true" : "false"}
          class=${index === active ? "is-active" : ""} onMouseDown=${(event) => event.preventDefault()} onClick=${() => choose(target)}>
          <span class="target-name">${target.name}</span>
          <span class="target-number">${target.shown}${target.note && html` · ${target.note}`}</span>
          ${target.presence && html`<${Presence} state=${target.presence} />`}
        </li>`,
      )}
    </ul>
  </div>`;
}
