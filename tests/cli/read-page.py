#!/usr/bin/env python3
"""Is a page of a comparison one file that is complete and fetches nothing?

usage: read-page.py PAGE...

Prints what is wrong, nothing when all is right.
"""
import html.parser
import re
import sys

VOID = {"meta", "br", "input", "link", "img", "hr"}
# closed by "/>" where they are used
DRAWN = {"use", "line", "rect", "circle", "path"}
FORBIDDEN = {"script", "link", "img", "iframe", "object", "embed", "base",
             "form", "video", "audio", "image", "foreignobject"}
SECTIONS = ["quantities", "provenance"]


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.wrong = []
        self.ids = set()
        self.links = set()
        self.style = ""
        self.policy = None
        self.scopeless = 0

    def complain(self, text):
        self.wrong.append("line %d: %s" % (self.getpos()[0], text))

    def check(self, tag, attributes):
        given = dict(attributes)
        if len(given) != len(attributes):
            self.complain("<%s> has an attribute twice" % tag)
        if tag in FORBIDDEN:
            self.complain("there is a <%s>" % tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("src", "srcset", "style",
                                                 "action", "background"):
                self.complain("<%s %s>" % (tag, name))
            if name.endswith("href"):
                if not value.startswith("#"):
                    self.complain("leads to '%s'" % value)
                self.links.add(value[1:])
            if name == "id":
                if value in self.ids:
                    self.complain("id '%s' again" % value)
                self.ids.add(value)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag == "th" and "scope" not in given:
            self.complain("<th> without scope")
        if tag == "svg" and given.get("aria-hidden") != "true" and \
                not given.get("aria-label"):
            self.complain("<svg> without a name")

    def handle_starttag(self, tag, attributes):
        self.check(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.check(tag, attributes)
        if tag not in DRAWN:
            self.complain("<%s/>" % tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complain("</%s> does not close what was opened" % tag)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data


def check_style(page):
    for word in ("@import", "url(", "http:", "https:", "expression("):
        if word in page.style:
            page.wrong.append("the style has '%s'" % word)
    for media in ("prefers-color-scheme: dark", "print", "max-width"):
        if media not in page.style:
            page.wrong.append("the style has nothing for '%s'" % media)


def luminance(color):
    if len(color) == 4:
        color = "#" + "".join(2 * c for c in color[1:])
    parts = [int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4
             for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# what stands on what
PAIRS = [("text", "page"), ("text", "card"), ("mute", "page"),
         ("mute", "card"), ("mute", "soft"), ("better", "card"),
         ("worse", "card"), ("different", "card"), ("unknown", "card"),
         ("better", "better-soft"), ("worse", "worse-soft"),
         ("different", "different-soft"), ("unknown", "unknown-soft"),
         ("text", "worse-soft"), ("text", "unknown-soft"),
         ("text", "different-soft")] + [("s%d" % i, "card") for i in range(6)]


def check_colors(page):
    """WCAG 2.1, 1.4.3: at least 4.5 for text."""
    schemes = re.findall(r":root \{(.*?)\}", page.style, re.S)
    if len(schemes) != 3:
        page.wrong.append("%d sets of colours, not 3" % len(schemes))
    for scheme in schemes:
        colors = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]+);", scheme))
        for text, ground in PAIRS:
            ratio = contrast(colors[text], colors[ground])
            if ratio < 4.5:
                page.wrong.append("contrast of %s on %s is %.2f (%s on %s)" % (
                    text, ground, ratio, colors[text], colors[ground]))


def check_page(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    page = Page()
    page.feed(text)
    page.close()
    if not text.startswith("<!DOCTYPE html>\n"):
        page.wrong.append("no document type")
    if page.open:
        page.wrong.append("not closed: %s" % page.open)
    if not page.policy or "default-src 'none'" not in page.policy or \
            "script" in page.policy:
        page.wrong.append("the policy is '%s'" % page.policy)
    for link in sorted(page.links - page.ids):
        page.wrong.append("there is no '#%s'" % link)
    for section in SECTIONS:
        if section not in page.ids:
            page.wrong.append("there is no section '%s'" % section)
    check_style(page)
    check_colors(page)
    return page.wrong


def main(paths):
    failed = False
    for path in paths:
        for wrong in check_page(path):
            print("%s: %s" % (path.rsplit("/", 1)[-1], wrong))
            failed = True
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
