"""What the sample configurations in ``export/hosts`` make a host send: path → headers.

Each reads the few constructs that its sample uses, and refuses to guess at others.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from training.run.files import ROOT

HOSTS_DIR = ROOT / "export" / "site" / "hosts"
Sent = Callable[[str], dict[str, str]]


def _lines(name: str) -> list[str]:
    lines = (HOSTS_DIR / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def headers_file() -> Sent:
    """Netlify and Cloudflare Pages: a pattern, then its headers, indented.

    In it ``:name`` is one part of a path, ``/*`` at its end all that follows, or nothing.
    """
    rules: dict[str, list[tuple[str, str]]] = {}
    pattern = ""
    for line in _lines("_headers"):
        if line.startswith("/"):
            pattern = line
            rules[pattern] = []
        else:
            name, value = line.strip().split(": ", 1)
            rules[pattern].append((name, value))

    def matches(path: str, rule: str) -> bool:
        pattern = re.sub(r":\w+", "[^/]+", re.escape(rule)).replace(r"/\*", "(/.*)?")
        return re.fullmatch(pattern, path) is not None

    def sent(path: str) -> dict[str, str]:
        pairs = [pair for rule, given in rules.items() if matches(path, rule) for pair in given]
        assert len(dict(pairs)) == len(pairs), f"{path}: a header by two rules"
        return dict(pairs)

    return sent


def as_the_sample_says(path: str) -> dict[str, str]:
    """The headers of ``_headers`` for an address; the test server knows the types by itself."""
    headers = headers_file()(urlsplit(path).path)
    return {name: value for name, value in headers.items() if name != "Content-Type"}


def nginx() -> Sent:
    """One map, headers in the server block, locations that set nothing but a type."""
    text = "\n".join(_lines("nginx.conf"))
    default, pattern, special = re.search(
        r'map \$uri \$site_cache_control \{\s+default +"(.+)";\s+~(\S+) +"(.+)";\s+\}', text
    ).groups()
    locations = re.findall(r"location ~ (\S+) \{ types \{ \} default_type (\S+); \}", text)
    assert text.count("location") == len(locations)
    headers = dict(re.findall(r'^    add_header (\S+) "?(.+?)"?(?: always)?;$', text, re.MULTILINE))
    assert text.count("add_header") == len(headers)

    def sent(path: str) -> dict[str, str]:
        cache = special if re.search(pattern, path) else default
        types = [("Content-Type", kind) for ending, kind in locations if re.search(ending, path)]
        return headers | {"Cache-Control": cache} | dict(types)

    assert headers["Cache-Control"] == "$site_cache_control"
    return sent


def caddy() -> Sent:
    """Headers for all paths, or for those of a named matcher.

    One ``*`` in a pattern is anything; of several, each stays within its part of the path.
    """
    text = "\n".join(_lines("Caddyfile"))
    matchers = {
        name: (bool(negated), pattern)
        for name, negated, pattern in re.findall(
            r"^\t@(\w+)(?: \{\n\t)? ?(not )?\t?path (\S+)$", text, re.MULTILINE
        )
    }
    found = re.findall(r'^\theader (?:@(\w+) )?([A-Z]\S+) "(.+)"$', text, re.MULTILINE)
    assert text.count("\theader ") == len(found)

    def applies(matcher: str, path: str) -> bool:
        negated, pattern = matchers[matcher]
        same_depth = pattern.count("*") == 1 or path.count("/") == pattern.count("/")
        return (same_depth and fnmatchcase(path, pattern)) != negated

    def sent(path: str) -> dict[str, str]:
        pairs = [(n, value) for matcher, n, value in found if not matcher or applies(matcher, path)]
        assert len(dict(pairs)) == len(pairs), f"{path}: a header by two rules"
        return dict(pairs)

    return sent


HOSTS = {"_headers": headers_file, "nginx.conf": nginx, "Caddyfile": caddy}
