"""The oracle: at a quiet moment the live page's DOM equals the DOM of a fresh load of the same URL."""

from __future__ import annotations

import difflib
import time

from playwright.sync_api import Page, expect

NORMALISED = """
(root) => {
  const copy = root.cloneNode(true);
  // Not the page's content: what htmx notes on elements, what is typed or open, what the last press has done, and the
  // bookkeeping of the socket.
  copy.querySelectorAll('#cursor, #rendered, #swapped, .done').forEach(e => e.remove());
  for (const e of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of ['data-htmx-powered', 'open', 'autofocus', 'hx-morph-skip-children']) e.removeAttribute(name);
    e.classList.remove('htmx-request', 'htmx-settling', 'htmx-added', 'htmx-swapping');
    if (e.getAttribute('class') === '') e.removeAttribute('class');
    if (e.name === 'request_key') e.removeAttribute('value');
  }
  const lines = [];
  const walk = (node, depth) => {
    if (node.nodeType === 3) {
      const text = node.nodeValue.replace(/\\s+/g, ' ').trim();
      if (text) lines.push(' '.repeat(depth) + text);
      return;
    }
    if (node.nodeType !== 1) return;
    const attributes = [...node.attributes].map(a => `${a.name}=${JSON.stringify(a.value)}`).sort().join(' ');
    lines.push(' '.repeat(depth) + '<' + node.localName + (attributes ? ' ' + attributes : '') + '>');
    node.childNodes.forEach(child => walk(child, depth + 1));
  };
  walk(copy, 0);
  return lines.join('\\n');
}
"""

DUPLICATES = """
() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}
"""


def wait_until_live(page: Page) -> None:
    expect(page.locator("#connection")).to_contain_text("live", timeout=15_000)


def dom(page: Page) -> str:
    """The page region, one line an element or text."""
    return str(page.evaluate(f"() => ({NORMALISED})(document.getElementById('page'))"))


def fresh_dom(page: Page) -> str:
    """The same of a fresh load of its URL: what the server sends to this browser, as the browser reads it."""
    return str(
        page.evaluate(
            f"""async () => {{
              const response = await fetch(location.href, {{ headers: {{ Accept: 'text/html' }}, cache: 'no-store' }});
              const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
              return ({NORMALISED})(fresh.getElementById('page'));
            }}"""
        )
    )


def look_away(page: Page) -> None:
    """While the pointer or the keyboard is in a list, its rows wait before they come and go."""
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement?.closest('.list, .list-frame > ol') && document.activeElement.blur()")


def position(page: Page) -> int:
    return int(page.locator("#cursor").get_attribute("value") or 0)


def expect_equals_fresh_load(page: Page, *, timeout: float = 10) -> None:
    """Waits until the live page equals a fresh load of its URL, once nobody points into it; `timeout` in seconds.

    Asked from here again and again: Playwright's own wait_for_function needs eval, which the desk's CSP refuses.
    """
    look_away(page)
    deadline = time.monotonic() + timeout
    while (live := dom(page)) != (fresh := fresh_dom(page)) and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert live == fresh, "the live page is not what a fresh load shows:\n" + "\n".join(
        difflib.unified_diff(live.splitlines(), fresh.splitlines(), "live", "fresh", lineterm="", n=2)
    )
    assert page.evaluate(DUPLICATES) == [], "an element stands on the page twice"
