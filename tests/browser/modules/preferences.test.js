// What the user chose follows them: kept at the console, one request at a time, and nothing overwritten unseen.

import { Preferences } from "/assets/preferences.js";
import { changeSettings, currentSettings } from "/assets/settings.js";
import { equal, until } from "./expect.js";

const FIRST = { theme: "auto", rings: true, has_shortcuts: true, pop_url: null, pops_by_itself: false };
const CRM = "https://crm.example/{number}";

class Console {
  kept = { ...FIRST };
  shared = { pop_url: "" };
  asked = [];
  failures = 0;
  answering = Promise.resolve();

  async settings() {
    return this.shared;
  }

  async preferences() {
    await this.answering;
    return { ...this.kept };
  }

  async keepPreferences(wanted) {
    this.asked.push(wanted);
    await this.answering;
    if (this.failures-- > 0) throw Object.assign(new Error("full"), { name: "ApiError" });
    this.kept = wanted;
    return wanted;
  }
}

function opened(kept = {}) {
  const console = new Console();
  Object.assign(console.kept, kept);
  const failed = [];
  return { console, failed, preferences: new Preferences(console, (error) => failed.push(error.message)) };
}

export async function what_the_console_kept_is_taken_over() {
  const { console, preferences } = opened({ theme: "dark", rings: false, pops_by_itself: true });
  console.shared = { pop_url: CRM };
  await preferences.load();
  const { theme, rings, popsByItself, popUrl } = currentSettings();
  equal([theme, rings, popsByItself, popUrl], ["dark", false, true, CRM]);
  equal(console.asked, []);
}

export async function ones_own_page_goes_before_everybodys() {
  const { console, preferences } = opened({ pop_url: "https://mine.example/" });
  console.shared = { pop_url: CRM };
  await preferences.load();
  equal(currentSettings().popUrl, "https://mine.example/");
  console.kept.pop_url = "";
  await preferences.load();
  equal(currentSettings().popUrl, "");
}

export async function what_is_chosen_is_kept_with_the_rest() {
  const { console, preferences } = opened({ pop_url: CRM });
  await preferences.load();
  changeSettings({ theme: "light" });
  await until(() => console.asked.length === 1, "a choice is sent");
  equal(console.asked[0], { ...FIRST, pop_url: CRM, theme: "light" });
}

export async function what_is_chosen_before_the_answer_overwrites_nothing() {
  const { console, preferences } = opened({ pop_url: CRM, rings: false });
  let answer;
  console.answering = new Promise((resolve) => (answer = resolve));
  const loaded = preferences.load();
  changeSettings({ theme: "dark" });
  answer();
  await loaded;
  await until(() => console.kept.theme === "dark", "the choice is kept");
  equal(console.kept, { ...FIRST, pop_url: CRM, rings: false, theme: "dark" });
  equal([currentSettings().theme, currentSettings().rings], ["dark", false]);
}

export async function one_request_at_a_time_and_the_last_choice_wins() {
  const { console, preferences } = opened();
  await preferences.load();
  let answer;
  console.answering = new Promise((resolve) => (answer = resolve));
  changeSettings({ theme: "dark" });
  await until(() => console.asked.length === 1, "the first is sent");
  changeSettings({ theme: "light" });
  changeSettings({ rings: false });
  answer();
  await until(() => console.kept.rings === false, "the rest is kept");
  equal(console.asked.map(({ theme, rings }) => [theme, rings]), [["dark", true], ["light", false]]);
}

export async function what_cannot_be_kept_is_told() {
  const { console, failed, preferences } = opened();
  await preferences.load();
  console.failures = 1;
  changeSettings({ theme: "dark" });
  await until(() => failed.length === 1, "the failure is told");
  equal([currentSettings().theme, console.kept.theme], ["dark", "auto"]);
}

export async function what_belongs_to_this_browser_is_not_sent() {
  const { console, preferences } = opened();
  await preferences.load();
  changeSettings({ notifies: true, showsAll: true });
  changeSettings({ theme: "dark" });
  await until(() => console.asked.length === 1, "the theme is sent");
  equal(Object.keys(console.asked[0]).sort(), Object.keys(FIRST).sort());
}
