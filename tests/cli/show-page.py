#!/usr/bin/env python3
"""Show pages in a headless Chromium, and say what it complains about.

usage: show-page.py CHROMIUM PROFILE PAGE...

Each page in light and dark, wide and as narrow as a telephone; Chromium is told
so through a pipe, in its DevTools protocol.  Prints what is wrong, nothing when
all is right.
"""
import base64
import json
import os
import pathlib
import select
import signal
import struct
import subprocess
import sys
import time
import zlib

DEADLINE_S = 120
WIDTHS = [1200, 360]


class Browser:
    def __init__(self, program, profile):
        theirs_in, self.out = os.pipe()
        self.inp, theirs_out = os.pipe()
        # what the protocol is spoken on: descriptors 3 and 4
        script = 'exec "$0" "$@" 3<&%d 4>&%d' % (theirs_in, theirs_out)
        self.process = subprocess.Popen(
            ["bash", "-c", script, program, "--headless", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--hide-scrollbars",
             "--user-data-dir=" + profile, "--remote-debugging-pipe",
             "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        os.close(theirs_in)
        os.close(theirs_out)
        self.until = time.monotonic() + DEADLINE_S
        self.buffer = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")
        self.session = self.call("Target.attachToTarget", flatten=True,
                                 targetId=target["targetId"])["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")

    def read(self):
        while b"\0" not in self.buffer:
            left = self.until - time.monotonic()
            if left <= 0 or not select.select([self.inp], [], [], left)[0]:
                raise TimeoutError("Chromium did not answer")
            data = os.read(self.inp, 1 << 16)
            if not data:
                raise EOFError("Chromium has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.out, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError("%s: %s" % (method, answer["error"]))
            else:
                return answer["result"]

    def wait_for(self, method):
        while not any(e.get("method") == method for e in self.events):
            self.events.append(self.read())

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")
        # it may have been that of the page before
        while self.evaluate("document.readyState + location.href") != \
                "complete" + url:
            if time.monotonic() > self.until:
                raise TimeoutError("%s was not loaded" % url)

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression,
                         returnByValue=True)["result"].get("value")

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def first_pixel(png):
    """Red, green and blue; not of interlaced or small ones, which are not made."""
    at, data, color = 8, b"", None
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            color = png[at + 8 + 9]
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += 12 + size
    assert color in (2, 6), color
    # the first pixel of the first line is itself, whatever the filter
    return tuple(zlib.decompress(data)[1:4])


def complaints(browser, url):
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Log.entryAdded":
            yield params["entry"]["text"]
        elif method == "Runtime.consoleAPICalled":
            yield "console: %s" % params["args"]
        elif method == "Runtime.exceptionThrown":
            yield params["exceptionDetails"]["text"]
        elif method == "Network.requestWillBeSent":
            if params["request"]["url"] not in (url, "about:blank"):
                yield "asks for %s" % params["request"]["url"]


# What is drawn, and has a size; texts that end beyond the window
PROBE = """(() => {
	const wide = document.documentElement.clientWidth;
	const off = [...document.querySelectorAll("section, p, li, th, td")]
		.filter(e => !e.closest(".unseen") &&
			e.getBoundingClientRect().right > wide + 1);
	return {
		scheme: matchMedia("(prefers-color-scheme: dark)").matches,
		wide: document.documentElement.scrollWidth - wide,
		off: off.slice(0, 3).map(e => e.outerHTML.slice(0, 100)),
		drawings: document.querySelectorAll("svg[role=img]").length,
		flat: [...document.querySelectorAll("svg[role=img]")].filter(e =>
			e.getBoundingClientRect().width < 20 ||
			e.getBoundingClientRect().height < 10).length,
	};
})()"""


def show_print(browser, url):
    """Paper is narrower than most windows, and has the wide table all the same;
    rows keep their own heights, so that they can be cut into pages."""
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.call("Emulation.setDeviceMetricsOverride", width=718, height=1000,
                 deviceScaleFactor=1, mobile=False)
    browser.open(url)
    seen = browser.evaluate("""(() => ({
	head: getComputedStyle(document.querySelector(".all thead")).display,
	drawn: document.querySelector(".forest").getBoundingClientRect().height,
	wide: document.documentElement.scrollWidth - innerWidth,
    }))()""")
    browser.call("Emulation.setEmulatedMedia", media="")
    if seen["head"] != "table-header-group":
        yield "the table's head is '%s'" % seen["head"]
    if not 10 <= seen["drawn"] <= 30:
        yield "an interval is %g pixels high" % seen["drawn"]
    if seen["wide"] > 0:
        yield "is %d pixels too wide" % seen["wide"]


def show(browser, url, dark, width):
    browser.call("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800,
                 deviceScaleFactor=1, mobile=False)
    browser.open(url)
    seen = browser.evaluate(PROBE)
    png = base64.b64decode(browser.call("Page.captureScreenshot")["data"])
    pixel = first_pixel(png)
    yield from complaints(browser, url)
    if seen["scheme"] != dark:
        yield "is not shown in the scheme that was asked for"
    if (sum(pixel) < 200) != dark or not (sum(pixel) < 200 or
                                          sum(pixel) > 600):
        yield "the background is %s" % (pixel,)
    if seen["wide"] > 0:
        yield "is %d pixels too wide" % seen["wide"]
    for element in seen["off"]:
        yield "ends beyond the window: %s" % element
    if not seen["drawings"] or seen["flat"]:
        yield "%d of %d drawings have no size" % (seen["flat"],
                                                  seen["drawings"])


def main(program, profile, *pages):
    browser = Browser(program, profile)
    failed = False
    try:
        for page in pages:
            url = pathlib.Path(page).resolve().as_uri()
            for wrong in show_print(browser, url):
                failed = True
                print("%s, print: %s" % (os.path.basename(page), wrong))
            for dark in (False, True):
                for width in WIDTHS:
                    for wrong in show(browser, url, dark, width):
                        failed = True
                        print("%s, %s, %d: %s" % (
                            os.path.basename(page),
                            "dark" if dark else "light", width, wrong))
    finally:
        browser.close()
    return 1 if failed else 0


sys.exit(main(*sys.argv[1:]))
