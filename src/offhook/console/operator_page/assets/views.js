// The views, in the order of the navigation.
//
// To add one: a file `views/NAME.js` that exports `View({ state, route })`, an entry here, its words in
// `messages/{en,de}/NAME.js`, its style, if it needs one, in `views/NAME.css`. A view is loaded when it is opened first;
// `isFor(me)` says who finds it in the navigation, which is a courtesy: the console decides what is answered.

const can = (scope) => (me) => me.scopes.includes(scope);

const mayAdminister = (me) => ["phones:admin", "users:admin", "audit:read", "console:admin"].some((scope) => me.scopes.includes(scope));

export const VIEWS = [
  { path: "phone", title: "nav.phone", icon: "handset", key: "p", isFor: () => true, load: () => import("./views/phone.js") },
  { path: "history", title: "nav.history", icon: "clock", key: "h", isFor: can("calls:read"), load: () => import("./views/history.js") },
  { path: "contacts", title: "nav.contacts", icon: "book", key: "c", isFor: can("contacts:read"), load: () => import("./views/contacts.js") },
  { path: "wallboard", title: "nav.wallboard", icon: "chart", key: "w", isFor: can("history:read"), load: () => import("./views/wallboard.js"), style: "assets/views/wallboard.css" },
  { path: "admin", title: "nav.admin", icon: "shield", key: "a", isFor: mayAdminister, load: () => import("./views/admin.js"), style: "assets/views/admin.css" },
];

// Reached from elsewhere than the navigation.
export const ASIDE = [
  { path: "settings", title: "nav.settings", icon: "gear", key: "s", isFor: () => true, load: () => import("./views/settings.js") },
  { path: "dial", title: "dial.title", isFor: () => true, load: () => import("./views/dial.js") },
];

export function viewAt(path) {
  return [...VIEWS, ...ASIDE].find((view) => view.path === path) ?? VIEWS[0];
}

const loaded = new Map(); // path -> module

export function viewLoaded(view) {
  return loaded.get(view.path);
}

export async function loadView(view) {
  const [module] = await Promise.all([view.load(), view.style && loadStyle(view.style)]);
  loaded.set(view.path, module);
  return module;
}

function loadStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return undefined;
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}
