// A number that came by a link: it is shown before it is dialled, for anybody can write a link.

import { Action } from "../components/action.js";
import { Choice, Empty, Field } from "../components/layout.js";
import { useShared } from "../components/shared.js";
import { t } from "../i18n.js";
import { dialable, numberOfLink } from "../numbers.js";
import { whyNotAtPhone } from "../reasons.js";
import { go, replace } from "../router.js";
import { deskPhones } from "../store.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { verbWord } from "../words.js";

export function View({ state, live, route }) {
  const { actions, me } = useShared();
  const asked = route.query.get("number") ?? "";
  const [text, setText] = useState("");
  const form = useRef(null);
  useEffect(() => setText(dialable(asked) || numberOfLink(asked)), [asked]);
  useEffect(() => form.current?.querySelector("button.primary").focus(), []);
  const desk = deskPhones(state);
  const [chosen, setChosen] = useState(desk[0]?.id);
  const phone = desk.find((one) => one.id === chosen) ?? desk[0];
  if (!phone) return html`<${Empty} title=${t("desk.notMine")}>${t("desk.notMineNote")}<//>`;
  const number = dialable(text);
  const busy = phone.verbs.includes("dial") ? "" : whyNotAtPhone("dial", phone, me, live.get(phone.id) ?? []);
  const dial = () => {
    actions.dial(phone, number);
    replace("phone"); // a step back must not dial again
  };
  const submit = (event) => {
    event.preventDefault();
    if (number && !busy) dial();
  };
  return html`<form class="narrow" ref=${form} onSubmit=${submit}>
    <div class="panel">
      <p class="dial-asked">${t("dial.asked")}</p>
      <${Field} label=${t("dial.number")} inputmode="tel" maxlength="128" value=${text} onInput=${(event) => setText(event.target.value)} />
      ${desk.length > 1 &&
      html`<${Choice} label=${t("dial.phone")} options=${desk.map((one) => [one.id, `${one.name} ${one.extension}`])} value=${phone.id} onChange=${setChosen} />`}
      <div class="form-buttons">
        <button class="plain" type="button" onClick=${() => go("phone")}>${t("do.cancel")}</button>
        <${Action} icon="handset" text=${verbWord("dial")} kind="primary" why=${busy || (number ? "" : t("why.noNumber"))} onClick=${dial} />
      </div>
    </div>
  </form>`;
}
