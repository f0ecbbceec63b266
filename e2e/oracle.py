"""The oracle: at a quiet moment the live page's DOM equals the DOM of a fresh load of the same URL."""

from __future__ import annotations

from playwright.sync_api import Page, expect

NORMALISED = """
(root) => {
  const copy = root.cloneNode(true);
  // Not the page's content: what htmx notes on elements, what is typed or open, and the bookkeeping of the socket.
  copy.querySelectorAll('#cursor, #rendered').forEach(e => e.remove());
  for (const e of [copy, ...copy.querySelectorAll('*')]) {
    for (const name of ['data-htmx-powered', 'open']) e.removeAttribute(name);
    e.classList.remove('htmx-request', 'htmx-settling', 'htmx-added', 'htmx-swapping');
    if (e.getAttribute('class') === '') e.removeAttribute('class');
    if (e.name === 'request_key') e.removeAttribute('value');
  }
  const lines = [];
  const walk = (node, depth) => {
    if (node.nodeType === 3) { const text = node.nodeValue.replace(/\\s+/g, ' ').trim(); if (text) lines.push(' '.repeat(depth) + text); return; }
    if (node.nodeType !== 1) return;
    const attributes = [...node.attributes].map(a => `${a.name}=${JSON.stringify(a.value)}`).sort().join(' ');
    lines.push(' '.repeat(depth) + '<' + node.localName + (attributes ? ' ' + attributes : '') + '>');
    node.childNodes.forEach(child => walk(child, depth + 1));
  };
  walk(copy, 0);
  return lines.join('\\n');
}
"""


def wait_until_live(page: Page) -> None:
    expect(page.locator("#connection")).to_contain_text("live", timeout=15_000)


def dom(page: Page) -> str:
    """The page region, one line an element or text."""
    return str(page.locator("#page").evaluate(NORMALISED))


def position(page: Page) -> int:
    return int(page.locator("#cursor").get_attribute("value") or 0)


def expect_equals_fresh_load(page: Page, *, timeout: float = 10_000) -> None:
    """Waits until the live page equals a fresh load of its URL, in a tab of the same browser."""
    fresh = page.context.new_page()
    try:
        fresh.goto(page.url)
        wanted = dom(fresh)
        page.wait_for_function(
            f"([wanted]) => ({NORMALISED})(document.getElementById('page')) === wanted", arg=[wanted], timeout=timeout
        )
    except Exception:
        live = dom(page)
        assert live == wanted, "the live page is not what a fresh load shows"
    finally:
        fresh.close()
