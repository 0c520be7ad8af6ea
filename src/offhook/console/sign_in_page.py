"""The sign-in page as text: a form that needs no script, in the colours of the page behind it.

Everything that comes from outside is escaped here; nothing else in this file knows of HTML's rules.
Source: WCAG 2.2 (labels, contrast, focus, errors in words); the operator page's `theme.css` for the colours.
"""

from html import escape

__all__ = ["SIGN_IN_STYLE", "render_moving_on", "render_sign_in"]

SIGN_IN_STYLE = """
:root {
  color-scheme: light dark;
  --ground: #f4f3ef; --surface: #fff; --sunken: #f7f6f3; --line: #e2dfd8; --line-strong: #8b8880;
  --ink: #1d2023; --ink-soft: #5a5e63; --accent: #0b6b63; --accent-strong: #075049; --on-accent: #fff;
  --bad: #b3261e; --bad-wash: #fcebe9;
  --shadow: 0 1px 2px rgb(30 28 20 / 5%), 0 18px 48px -24px rgb(30 28 20 / 30%);
  font: 1rem/1.5 "Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121517; --surface: #1b1f22; --sunken: #15191b; --line: #2e3438; --line-strong: #7b848a;
    --ink: #e9ebec; --ink-soft: #a3abb0; --accent: #4cc9b8; --accent-strong: #7adccf; --on-accent: #04211e;
    --bad: #ff8f85; --bad-wash: #3a1b19; --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body {
  min-height: 100vh; min-height: 100dvh; margin: 0; padding: 1.5rem;
  display: grid; place-items: center;
  color: var(--ink);
  background: radial-gradient(60rem 30rem at 50% -8rem, rgb(11 107 99 / 12%), transparent), var(--ground);
}
main { width: 100%; max-width: 25rem; }
.brand {
  display: flex; align-items: center; justify-content: center; gap: .7rem; margin: 0 0 1.4rem;
  font-size: 1.35rem; font-weight: 650; letter-spacing: -.02em;
}
.brand svg { width: 2.4rem; height: 2.4rem; }
.card {
  padding: 1.9rem 1.9rem 1.7rem; border: 1px solid var(--line); border-radius: 18px;
  background: var(--surface); box-shadow: var(--shadow);
}
h1 { margin: 0 0 1.1rem; font-size: 1.2rem; font-weight: 620; letter-spacing: -.01em; }
p { margin: 0 0 .8rem; }
label { display: block; margin: 0 0 .35rem; font-size: .875rem; font-weight: 560; color: var(--ink-soft); }
input {
  width: 100%; min-height: 2.85rem; margin: 0 0 1.1rem; padding: .55rem .85rem;
  font: inherit; color: inherit; background: var(--sunken);
  border: 1px solid var(--line-strong); border-radius: 10px;
}
button, .go {
  display: block; width: 100%; min-height: 2.85rem; margin: .3rem 0 0; padding: .65rem 1rem; text-align: center;
  font: inherit; font-weight: 620; color: var(--on-accent); background: var(--accent);
  border: 0; border-radius: 10px; cursor: pointer; text-decoration: none;
}
button:hover, .go:hover { background: var(--accent-strong); }
input:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px;
}
.problem {
  margin: 0 0 1.2rem; padding: .65rem .9rem; border-radius: 10px;
  color: var(--bad); background: var(--bad-wash); font-size: .94rem;
}
details { margin: 1.2rem .4rem 0; font-size: .875rem; color: var(--ink-soft); }
summary { cursor: pointer; width: fit-content; margin: 0 auto; border-radius: 6px; padding: .2rem .4rem; }
details p { margin: .7rem 0 0; }
code {
  padding: .1em .4em; border-radius: .35em; overflow-wrap: anywhere;
  background: color-mix(in srgb, currentColor 10%, transparent);
}
"""

_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">{moves_on}
    <title>{title} · offhook</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/sign-in.css">
  </head>
  <body>
    <main>
      <p class="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="9" fill="#0b6b63"/>
        <path fill="#fff" d="M6 13.6C6 10.5 10.5 8.5 16 8.5s10 2 10 5.1v1.8c0 .8-.6 1.4-1.4 1.4h-3.1c-.7
        0-1.2-.5-1.3-1.2l-.3-2.1c-1.2-.3-2.5-.5-3.9-.5s-2.7.2-3.9.5l-.3 2.1c-.1.7-.6 1.2-1.3
        1.2H7.4c-.8 0-1.4-.6-1.4-1.4z"/><path fill="none" stroke="#9fe3d6" stroke-width="2.2"
        stroke-linecap="round" d="M11.5 21.5h9M13.5 25.5h5"/></svg>offhook</p>
      <div class="card">
        <h1>{title}</h1>
{content}
      </div>
{below}
    </main>
  </body>
</html>
"""

_FORM = """{problem}        <form method="post" action="/sign-in">
          <input type="hidden" name="next" value="{target}">
          <label for="name">Name</label>
          <input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none"
                 spellcheck="false" maxlength="64" required{name_focus}>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password"
                 maxlength="256" required{password_focus}>
          <button type="submit">Sign in</button>
        </form>"""
_PROBLEM = '        <p class="problem" role="alert">{text}</p>\n'
_WHERE = """      <details{open}>
        <summary>No password yet?</summary>
        <p>Whoever runs the console can open the sign-in link that it printed when it started, and make users there.
        It looks like <code>{link}</code> and is found in the terminal, or the log, of <code>offhook console</code> or
        <code>offhook demo</code>. On that machine <code>offhook user add NAME</code> makes users, too.</p>
        <p>Programs do not sign in here: they send a bearer token.</p>
      </details>"""


def render_sign_in(
    *, link: str, target: str = "/", name: str = "", problem: str = "", is_link_old: bool = False
) -> str:
    """Write the form.

    Args:
        link: What the terminal's sign-in link looks like.
        target: Where to go after signing in.
        name: What was entered before.
        problem: What was wrong with it, in words.
        is_link_old: A link was opened that is not valid any more: where the newest is found is shown at once.
    """
    form = _FORM.format(
        problem=_PROBLEM.format(text=escape(problem)) if problem else "",
        target=escape(target),
        name=escape(name),
        name_focus="" if name else " autofocus",
        password_focus=" autofocus" if name else "",
    )
    where = _WHERE.format(link=escape(link), open=" open" if is_link_old else "")
    return _PAGE.format(title="Sign in", content=form, below=where, moves_on="")


def render_moving_on(target: str) -> str:
    """Write the page that goes on to ``target`` by itself, as a request of our own page's."""
    moves_on = f'\n    <meta http-equiv="refresh" content="0; url={escape(target)}">'
    content = f'        <p>One moment…</p>\n        <a class="go" href="{escape(target)}">Go on</a>'
    return _PAGE.format(title="Signed in", content=content, below="", moves_on=moves_on)
