"""What axe-core finds on a page as it stands, in words; and what it does not look for: names that are there twice."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js"

RUN = """async only => {
  const enabled = {'target-size': {enabled: true}};
  const {violations} = await axe.run(document, {rules: enabled, resultTypes: ['violations'], ...only});
  const of = ({target, html, failureSummary}) =>
    `    ${target.join(' ')}  ${html.slice(0, 160)}\\n      ${(failureSummary ?? '').split('\\n').slice(1).join('; ')}`;
  return violations.map(({id, help, nodes}) => [`${id}: ${help}`, ...nodes.slice(0, 4).map(of)].join('\\n'));
}"""
LOOKS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]},
    "preload": False,
}
"""Rules whose answer changes with the width and the colours of a page; all others look at its markup. None of them
reads the style sheets, which axe would fetch anew each time."""

TWICE = """() => {
  axe.setup(document);
  const does = new Map();
  const within = document.querySelector('#dialog:modal') ?? document.querySelector('#page') ?? document.body;
  for (const control of within.querySelectorAll('button, a[href], input:not([type=hidden], [type=radio]), select')) {
    if (!control.checkVisibility({visibilityProperty: true}) || control.ariaDisabled === 'true'
      || control.ariaHidden === 'true') continue;
    const place = control.closest('nav, [role=group], section[aria-labelledby]');
    const about = place?.ariaLabel ?? place?.getAttribute('aria-labelledby') ?? '';
    // Of a select axe's own function says nothing.
    const text = axe.commons.text.accessibleText(control).trim() || control.labels?.[0]?.textContent.trim();
    const name = `${about} ${control.localName} "${text}"`;
    does.set(name, (does.get(name) ?? new Set()).add(control.href ?? control.outerHTML.slice(0, 120)));
  }
  axe.teardown();
  const twice = [...does].filter(([, all]) => all.size > 1);
  return twice.map(([name, all]) => `named twice: ${name}: ${[...all].join(' | ')}`);
}"""
"""Controls of one name that do different things, within the navigation or group whose name is heard with theirs."""


@cache
def _source() -> str:
    return SCRIPT.read_text()


def bring_axe(page: Page) -> None:
    """Into all that it loads from now on: sent to each page by itself it takes as long as what it then does."""
    page.add_init_script(script=_source())


def complaints(page: Page, *, looks_only: bool = False) -> list[str]:
    """`looks_only`: its other rules have been asked about this page before."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())  # the CSP refuses a script element that is not the desk's
    only: dict[str, Any] = LOOKS if looks_only else {}
    return [*page.evaluate(RUN, only), *([] if looks_only else page.evaluate(TWICE))]
