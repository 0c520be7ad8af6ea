"""The accessibility rules of WCAG 2.2 AA, checked in the page by axe-core."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

__all__ = ["violations"]

_AXE = Path(__file__).parent / "vendor" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}"""


@cache
def _source() -> str:
    return _AXE.read_text("utf-8")


async def violations(page: Page) -> list[str]:
    """Tell what breaks a rule on the page as it stands, one line each with the element and the reason."""
    # Evaluated by the debugger, which the page's content security policy does not concern.
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(f"(() => {{ {_source()} }})()")
    found = await page.evaluate(_RUN, _RULES)
    return [str(one) for one in found]
