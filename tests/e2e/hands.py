"""Two ways to build a workflow on the canvas: with the mouse, and with the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def node(page, name):
    return page.locator(f'[data-node$="/States/{name}"]').first


def to_canvas(page):
    """The keyboard is on a state then: a text field would keep the next keys."""
    page.keyboard.press("Shift+Escape")
    page.wait_for_function(ON_A_STATE)


def is_there(page, name):
    node(page, name).wait_for(state="attached")


class Keyboard:
    """Never touches the mouse; finds states by the canvas's own search."""

    def __init__(self, page):
        self.page = page
        self.keys = page.keyboard

    def go_to(self, name):
        to_canvas(self.page)
        self.keys.press("Control+f")
        self.page.wait_for_function(FOCUSED, arg="find-state")
        self.keys.press("Control+a")
        self.keys.insert_text(name)
        self.keys.press("Enter")
        self.keys.press("Escape")
        self.page.wait_for_function(ON_STATE, arg=name)

    def add(self, item, *, name, after=None, how="a"):
        if after is not None:
            self.go_to(after)
        self.keys.press(how)
        self.take(item, name)

    def add_on_connection(self, item, *, name, source, target):
        """Tab goes from a state to the "+" of each connection that leaves it."""
        self.go_to(source)
        self.tab_to("label", f"to {target}")
        self.keys.press("Enter")
        self.take(item, name)

    def add_first_in(self, item, *, name, container):
        """Tab goes from a container to the empty places in it."""
        self.go_to(container)
        self.tab_to("scope", container)
        self.keys.press("Enter")
        self.take(item, name)

    def tab_to(self, what, value):
        for _ in range(12):
            self.keys.press("Tab")
            if self.page.evaluate(IS_ON, [what, value]):
                return
        raise AssertionError(f"Tab doesn't reach {value}")

    def take(self, item, name):
        self.page.wait_for_function(FOCUSED, arg="palette-search")
        self.keys.press("Control+a")
        self.keys.insert_text(item)
        self.page.get_by_role("region", name="Often used").get_by_role("button").first.wait_for()
        self.keys.press("Enter")
        self.page.wait_for_function(ON_A_STATE)
        if name != item:
            self.call(name)
        is_there(self.page, name)

    def rename(self, old, new):
        self.go_to(old)
        self.call(new)

    def call(self, name):
        self.keys.press("F2")
        self.page.wait_for_function(FOCUSED, arg="state-name")
        self.keys.press("Control+a")
        self.keys.insert_text(name)
        self.keys.press("Enter")
        is_there(self.page, name)

    def lead(self, source, target, *, errors=False):
        self.go_to(source)
        self.keys.press("Shift+L" if errors else "l")
        self.page.get_by_role("combobox", name="State to lead to").wait_for()
        self.keys.insert_text(target)
        self.keys.press("Enter")
        self.page.get_by_role("dialog").wait_for(state="detached")

    def delete(self, name):
        self.go_to(name)
        self.keys.press("Delete")
        node(self.page, name).wait_for(state="detached")


class Mouse:
    """Drags from the palette, pulls lines, and chooses from menus; types names only."""

    def __init__(self, page):
        self.page = page

    def drag(self, source, x, y):
        """As a hand does it: press, move a little, move there, let go."""
        source.hover()
        self.page.mouse.down()
        box = source.bounding_box()
        self.page.mouse.move(box["x"] + 60, box["y"] + 10, steps=3)
        self.page.wait_for_timeout(60)
        self.page.mouse.move(x, y, steps=6)
        self.page.wait_for_timeout(60)
        self.page.mouse.up()

    def item(self, title):
        tab = "Flow" if title in ("Pass", "Choice", "Parallel", "Wait", "Fail") else "Actions"
        self.page.get_by_role("tab", name=tab, exact=True).click()
        return self.page.locator("#palette-panel button").filter(has=self.page.get_by_text(title, exact=True)).first

    def add(self, item, *, name, after=None, how="a"):
        if how != "a":
            return self.add_by_menu(
                item, name, after, {"r": "Add a rule with a state", "e": "Add a state for its errors"}[how]
            )
        if after is None:
            place = self.page.locator("[data-scope]").first.bounding_box()
            self.drag(self.item(item), place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        else:
            at = self.settled(after)
            self.drag(self.item(item), at["x"] + at["width"] / 2, at["y"] + at["height"] + 8)
        return self.call(item, name)

    def add_by_menu(self, item, name, on, entry):
        node(self.page, on).click(button="right")
        self.page.get_by_role("menuitem", name=entry).click()
        self.item(item).click()
        self.call(item, name)

    def add_on_connection(self, item, *, name, source, target):
        self.settled(source)
        at = node(self.page, target).bounding_box()
        self.drag(self.item(item), at["x"] + at["width"] / 2, at["y"] - 4)
        self.call(item, name)

    def add_first_in(self, item, *, name, container):
        self.settled(container)
        place = self.page.locator(f'[data-scope*="/{container}/"]').first.bounding_box()
        self.drag(self.item(item), place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        self.call(item, name)

    def settled(self, name):
        """Where the state is once the drawing has stopped moving, in view."""
        found = node(self.page, name)
        found.click()
        self.page.keyboard.press("0")
        before = None
        for _ in range(20):
            now = found.locator("xpath=ancestor::*[contains(@class, 'graph-place')][1]").bounding_box()
            if now == before:
                return now
            before = now
            self.page.wait_for_timeout(60)
        raise AssertionError(f"{name} doesn't come to rest")

    def call(self, item, name):
        self.page.get_by_text(f"Added {item}").first.wait_for()
        if name != item:
            field = self.page.get_by_label("Name", exact=True)
            expect(field).to_have_value(re.compile(f"^{re.escape(item)}( \\d+)?$"))  # the form comes after the canvas
            field.fill(name)
            field.press("Enter")
        is_there(self.page, name)

    def rename(self, old, new):
        node(self.page, old).click()
        field = self.page.get_by_label("Name", exact=True)
        expect(field).to_have_value(old)
        field.fill(new)
        field.press("Enter")
        is_there(self.page, new)

    def lead(self, source, target, *, errors=False):
        node(self.page, source).click(button="right")
        self.page.get_by_role(
            "menuitem", name="Lead its errors to another state" if errors else "Lead to another state"
        ).click()
        self.page.get_by_role("option", name=re.compile(f"^{re.escape(target)}")).first.click()
        self.page.get_by_role("dialog").wait_for(state="detached")

    def delete(self, name):
        node(self.page, name).click(button="right")
        self.page.get_by_role("menuitem", name="Delete the selection").click()
        node(self.page, name).wait_for(state="detached")


# Functions, not expressions: the page's content policy lets nothing be evaluated from text.
FOCUSED = "(name) => document.activeElement?.dataset.focus === name"
ON_STATE = "(name) => document.activeElement?.dataset.node?.endsWith('/States/' + name)"
ON_A_STATE = "() => document.activeElement?.dataset.node !== undefined"
IS_ON = """([what, value]) => {
  const element = document.activeElement;
  if (what === "scope") return (element.dataset.scope ?? "").includes("/" + value + "/");
  return (element.getAttribute("aria-label") ?? "").startsWith("Add a state: ") && element.getAttribute("aria-label").includes(value);
}"""
