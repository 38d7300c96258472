#!/usr/bin/env python3
"""Draws assets/icons/svg/*.svg into atlas.png (one signed-distance cell per icon) and atlas.txt (their names).

Run it after changing or adding a drawing: python3 assets/icons/make_atlas.py
Needs nothing but Python. It understands path (M L Q C A Z, absolute), circle and rect; a shape of class "cut" is
taken away from what was drawn before it.
"""

import math
import re
import struct
import zlib
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).parent
CELL = 64  # pixels of a cell
COLUMNS = 8
SCALE = 2.0  # pixels per unit of the 24-unit drawing; the rest of a cell is margin
RANGE = 8.0  # pixels from the outline to black or white
MARGIN = (CELL - 24 * SCALE) / 2


def curve(points, steps=10):
    """Points of a Bezier curve of any degree, without the first."""
    out = []
    for i in range(1, steps + 1):
        t, level = i / steps, points
        while len(level) > 1:
            level = [
                (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in zip(level, level[1:])
            ]
        out.append(level[0])
    return out


def arc(a, r, large, sweep, b):
    """Points of a circular arc from a to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    half = math.hypot(dx, dy) / 2
    r = max(r, half)
    h = math.sqrt(max(r * r - half * half, 0.0)) * (-1 if large == sweep else 1)
    cx, cy = (a[0] + b[0]) / 2 - dy / (2 * half) * h, (a[1] + b[1]) / 2 + dx / (2 * half) * h
    t0, t1 = math.atan2(a[1] - cy, a[0] - cx), math.atan2(b[1] - cy, b[0] - cx)
    if sweep and t1 < t0:
        t1 += 2 * math.pi
    if not sweep and t1 > t0:
        t1 -= 2 * math.pi
    return [(cx + r * math.cos(t0 + (t1 - t0) * i / 16), cy + r * math.sin(t0 + (t1 - t0) * i / 16)) for i in range(1, 17)]


def lines_of_path(d):
    """Each sub-path as a list of points."""
    tokens = re.findall(r"[A-Za-z]|-?\d*\.?\d+", d)
    lines, at, command = [], 0, "M"

    def numbers(n):
        nonlocal at
        got = [float(t) for t in tokens[at : at + n]]
        at += n
        return got

    while at < len(tokens):
        if tokens[at].isalpha():
            command = tokens[at]
            at += 1
        if command == "M":
            lines.append([tuple(numbers(2))])
            command = "L"
        elif command == "L":
            lines[-1].append(tuple(numbers(2)))
        elif command in "QC":
            n = numbers(4 if command == "Q" else 6)
            lines[-1] += curve([lines[-1][-1], *zip(n[::2], n[1::2])])
        elif command == "A":
            rx, _, _, large, sweep, x, y = numbers(7)
            lines[-1] += arc(lines[-1][-1], rx, bool(large), bool(sweep), (x, y))
        elif command == "Z":
            lines[-1].append(lines[-1][0])
        else:
            raise SystemExit(f"path command {command} is not understood")
    return lines


def lines_of(element):
    """The outline of any understood element."""
    kind, get = element.tag.split("}")[-1], lambda k: float(element.get(k, "0"))
    if kind == "path":
        return lines_of_path(element.get("d"))
    if kind == "circle":
        x, y, r = get("cx"), get("cy"), get("r")
        return [[(x + r * math.cos(i * math.pi / 16), y + r * math.sin(i * math.pi / 16)) for i in range(33)]]
    if kind == "rect":
        x, y, w, h, r = get("x"), get("y"), get("width"), get("height"), get("rx")
        d = (
            f"M {x + r} {y} L {x + w - r} {y} A {r} {r} 0 0 1 {x + w} {y + r} L {x + w} {y + h - r} "
            f"A {r} {r} 0 0 1 {x + w - r} {y + h} L {x + r} {y + h} A {r} {r} 0 0 1 {x} {y + h - r} "
            f"L {x} {y + r} A {r} {r} 0 0 1 {x + r} {y} Z"
        ) if r else f"M {x} {y} L {x + w} {y} L {x + w} {y + h} L {x} {y + h} Z"
        return lines_of_path(d)
    raise SystemExit(f"element {kind} is not understood")


def to_line(p, lines):
    """Distance from p to the nearest line."""
    px, py = p
    best = 1e9
    for line in lines:
        for (ax, ay), (bx, by) in zip(line, line[1:]):
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            t = max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / length)) if length else 0.0
            ex, ey = ax + dx * t - px, ay + dy * t - py
            d = ex * ex + ey * ey
            if d < best:
                best = d
    return math.sqrt(best)


def inside(p, lines):
    """Whether p is inside by the even-odd rule."""
    px, py = p
    odd = False
    for line in lines:
        for (ax, ay), (bx, by) in zip(line, line[1:] + line[:1]):
            if (ay > py) != (by > py) and px < (bx - ax) * (py - ay) / (by - ay) + ax:
                odd = not odd
    return odd


def cell_of(path):
    """The distance cell of one drawing, in bytes."""
    shapes = []
    for element in ET.parse(path).getroot():
        fill, width = element.get("fill"), float(element.get("stroke-width", "0"))
        shapes.append((lines_of(element), fill != "none", width / 2, element.get("class") == "cut"))
    out = bytearray()
    for y in range(CELL):
        for x in range(CELL):
            p = ((x + 0.5 - MARGIN) / SCALE, (y + 0.5 - MARGIN) / SCALE)
            d = -1e9  # positive inside
            for lines, filled, half, cut in shapes:
                away = to_line(p, lines)
                here = (away if inside(p, lines) else -away) if filled else half - away
                d = min(d, -here) if cut else max(d, here)
            out.append(max(0, min(255, round(127.5 + d * SCALE / RANGE * 127.5))))
    return out


def png(width, height, rows):
    """A greyscale PNG."""

    def chunk(tag, data):
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    raw = b"".join(b"\0" + bytes(row) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def main():
    drawings = sorted((HERE / "svg").glob("*.svg"))
    rows = -(-len(drawings) // COLUMNS)
    image = [bytearray(COLUMNS * CELL) for _ in range(rows * CELL)]
    for i, path in enumerate(drawings):
        cell, x0, y0 = cell_of(path), i % COLUMNS * CELL, i // COLUMNS * CELL
        for y in range(CELL):
            image[y0 + y][x0 : x0 + CELL] = cell[y * CELL : (y + 1) * CELL]
    (HERE / "atlas.png").write_bytes(png(COLUMNS * CELL, rows * CELL, image))
    (HERE / "atlas.txt").write_text("".join(f"{path.stem}\n" for path in drawings))
    print(f"{len(drawings)} icons")


if __name__ == "__main__":
    main()
