"""Ways in which a saved file gets damaged: by accident, anywhere in its bytes, or by an edit that no reader may accept.

`ACCIDENTS` take a random generator and the bytes. `FORGERIES` take a generator and the content, as its dictionary, and
change what the checksum would have told: it is removed, or made to fit. Both give the bytes of the damaged file.
"""

import json
import re
import zlib

NUMBER = re.compile(rb"-?\d+(\.\d+)?(e[+-]\d+)?(?=,?\n)")
LITERALS = [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-", b"0x10", b"1_0", b"", b"null", b'"1"', b"9" * 5000]
VERSIONS = [0, 2, -1, 10**30, 1.0, "1", "1.0", True, None, [], {}]
FORMATS = ["", "torch", "microgradlab", "microgradlab lesson", "microgradlab model ", "Microgradlab model", 1, None, []]
WRONG = [[], {}, "", "text", "1", True, False, [[]], [0.5], {"x": 1.0}, "\ud800", "two\nlines \x1b[2J", "x" * 10_000]
HUGE = [10**309, -(10**309), 10**4000]
NAMES = ["__class__", "code", "", "\ud800", "two\nlines \x1b[2J", "x" * 10_000]


# accidents --------------------------------------------------------------------------------------


def span(rng, raw, most):
    """Where a piece of up to `most` bytes begins and ends."""
    start = rng.randrange(len(raw))
    return start, min(len(raw), start + rng.randint(1, most))


def a_bit_flipped(rng, raw):
    place = rng.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ 1 << rng.randrange(8)]) + raw[place + 1 :]


def bits_flipped(rng, raw):
    for _ in range(rng.randint(2, 20)):
        raw = a_bit_flipped(rng, raw)
    return raw


def cut_off(rng, raw):
    return raw[: rng.randrange(len(raw))]


def the_beginning_lost(rng, raw):
    return raw[rng.randint(1, len(raw)) :]


def a_piece_lost(rng, raw):
    start, end = span(rng, raw, 200)
    return raw[:start] + raw[end:]


def a_piece_doubled(rng, raw):
    start, end = span(rng, raw, 200)
    return raw[:end] + raw[start:]


def a_piece_moved(rng, raw):
    start, end = span(rng, raw, 200)
    rest = raw[:start] + raw[end:]
    place = rng.randint(0, len(rest))
    return rest[:place] + raw[start:end] + rest[place:]


def a_piece_zeroed(rng, raw):
    start, end = span(rng, raw, 512)
    return raw[:start] + bytes(end - start) + raw[end:]


def a_piece_of_noise(rng, raw):
    start, end = span(rng, raw, 64)
    return raw[:start] + rng.randbytes(end - start) + raw[end:]


def bytes_put_in(rng, raw):
    place = rng.randrange(len(raw))
    stray = rng.choice([b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\0", b"\xef\xbb\xbf", b"\\", b'"', b"{", b"//\n"])
    return raw[:place] + stray + raw[place:]


def a_line_lost(rng, raw):
    lines = raw.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def a_line_doubled(rng, raw):
    lines = raw.splitlines(keepends=True)
    place = rng.randrange(len(lines))
    return b"".join([*lines[:place], lines[place], *lines[place:]])


def two_lines_swapped(rng, raw):
    lines = raw.splitlines(keepends=True)
    a, b = rng.sample(range(len(lines)), 2)
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def a_digit_changed(rng, raw):
    place = rng.choice([match.start() for match in re.finditer(rb"\d", raw)])
    return raw[:place] + str((int(raw[place : place + 1]) + rng.randint(1, 9)) % 10).encode() + raw[place + 1 :]


def a_letter_changed(rng, raw):
    place = rng.choice([match.start() for match in re.finditer(rb"[a-z]", raw)])
    return raw[:place] + bytes([rng.choice(b"abcdefghijklmnopqrstuvwxyz")]) + raw[place + 1 :]


def a_number_replaced(rng, raw):
    number = rng.choice([*NUMBER.finditer(raw)])
    return raw[: number.start()] + rng.choice(LITERALS) + raw[number.end() :]


def a_number_nested(rng, raw):
    number, depth = rng.choice([*NUMBER.finditer(raw)]), rng.choice([100, 500, 990, 5000, 200_000])
    opened, closed = rng.choice([(b"[", b"]"), (b'{"x":', b"}")])
    nested = opened * depth + b"1" + closed * depth * rng.randint(0, 1)
    return raw[: number.start()] + nested + raw[number.end() :]


def spaces_put_in(rng, raw):  # which damages nothing
    place = raw.index(b"\n", rng.randrange(len(raw) - 1)) + 1
    return raw[:place] + rng.choice([b" ", b"\n", b"\r\n", b"\t"]) * rng.randint(1, 9) + raw[place:]


def in_another_encoding(rng, raw):
    encoding = rng.choice(["utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig"])
    return raw.decode().encode(encoding)


def written_twice(rng, raw):
    return raw + raw[: rng.randint(1, len(raw))]


ACCIDENTS = [
    a_bit_flipped, bits_flipped, cut_off, the_beginning_lost, a_piece_lost, a_piece_doubled, a_piece_moved,
    a_piece_zeroed, a_piece_of_noise, bytes_put_in, a_line_lost, a_line_doubled, two_lines_swapped, a_digit_changed,
    a_letter_changed, a_number_replaced, a_number_nested, spaces_put_in, in_another_encoding, written_twice,
]  # fmt: skip


# forgeries --------------------------------------------------------------------------------------


def places(content, of=object):
    """(container, key, path) of all in the content that is `of` a type, but for what is free to be anything."""
    found = []

    def look(container, path):
        entries = enumerate(container) if isinstance(container, list) else container.items()
        for key, item in entries:
            if key not in ("extra", "checksum"):
                if isinstance(item, of) and not isinstance(item, bool if of is not object else ()):
                    found.append((container, key, (*path, key)))
                if isinstance(item, dict | list) and key != "metrics":
                    look(item, (*path, key))

    look(content, ())
    return found


def sealed(rng, content):
    """The bytes of this content, its checksum removed or made to fit."""
    head = {name: content.pop(name) for name in ("format", "version") if name in content}
    content.pop("checksum", None)
    if rng.random() < 0.5:
        checksum = zlib.crc32(json.dumps(content, sort_keys=True).encode())
        head["checksum"] = f"{checksum:08x}"
    return json.dumps(head | content, indent=1).encode()


def a_field_missing(rng, content):
    """Without a name that must be there: that is all but what was measured or chosen."""
    free = ("metrics", "weights", "epochs")  # of any length
    named = [(c, key) for c, key, path in places(content) if len(path) < 2 or path[-2] not in free]
    container, key = rng.choice(named)
    del container[key]
    return sealed(rng, content)


def a_field_more(rng, content):
    free = ("metrics", "weights", "batches")  # whose names are not ours alone to choose
    containers = [content] + [c[key] for c, key, path in places(content, dict) if path[-1] not in free]
    rng.choice(containers)[rng.choice(NAMES)] = rng.choice([1.0, None, "x", {}])
    return sealed(rng, content)


def a_wrong_type(rng, content):
    container, key, _ = rng.choice(places(content))
    kind = type(container[key])
    right = (int, float) if kind in (int, float) else kind
    container[key] = rng.choice([x for x in WRONG if type(x) is bool or not isinstance(x, right)])
    if kind is bool:
        container[key] = rng.choice([0, 1, None, "true", []])
    return sealed(rng, content)


def a_number_beyond_all_floats(rng, content):
    container, key, _ = rng.choice(places(content, int | float))
    container[key] = rng.choice(HUGE)
    return sealed(rng, content)


def another_version(rng, content):
    content["version"] = rng.choice(VERSIONS)
    return sealed(rng, content)


def another_format(rng, content):
    content["format"] = rng.choice(FORMATS)
    return sealed(rng, content)


def a_list_of_another_length(rng, content):
    lists = [c[key] for c, key, path in places(content, list) if path[-1] != "epochs"]
    chosen = rng.choice(lists)
    rng.choice([chosen.pop, lambda: chosen.append(chosen[0]), chosen.clear])()
    return sealed(rng, content)


def a_name_twice(rng, content):
    raw = sealed(rng, content)
    lines = raw.splitlines(keepends=True)
    place = rng.choice([i for i, line in enumerate(lines) if b'": ' in line and line.endswith(b",\n")])
    again = re.sub(rb": [^,{\[]+,", rb": 0,", lines[place])
    return b"".join([*lines[:place], lines[place], again, *lines[place + 1 :]])


def a_value_nested(rng, content):
    container, key, _ = rng.choice(places(content))
    container[key] = "HERE"
    depth = rng.choice([50, 150, 400, 900, 3000])
    opened, closed = rng.choice([(b"[", b"]"), (b'{"x":', b"}")])
    return sealed(rng, content).replace(b'"HERE"', opened * depth + b"1" + closed * depth)


FORGERIES = [
    a_field_missing, a_field_more, a_wrong_type, a_number_beyond_all_floats, another_version, another_format,
    a_list_of_another_length, a_name_twice, a_value_nested,
]  # fmt: skip
DAMAGERS = {damager.__name__: damager for damager in ACCIDENTS + FORGERIES}


def damaged(name, rng, raw):
    """The bytes of a file after that damage, which has always changed something."""
    while True:
        damager = DAMAGERS[name]
        found = damager(rng, raw if damager in ACCIDENTS else json.loads(raw))
        if found != raw:
            return found
