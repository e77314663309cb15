"""Hostile values, and the code that the protocol has for each. Shared by HTTP bodies and WebSocket frames."""

from tests.support.scene import new_key

KEY = "{key}"
"""Stands for a fresh key, so that no case is a repeat of another."""

DEEP = 8000
"""Nested brackets that fit into a frame, and more than any recursion limit."""

BODIES: dict[str, bytes | str] = {
    "empty": '""',
    "blank": '" \\n\\t "',
    "invisible": '"\\u200b\\u2060"',
    "NUL": '"a\\u0000b"',
    "bell": '"a\\u0007b"',
    "escape": '"\\u001b[31m"',
    "delete": '"a\\u007fb"',
    "C1 control": '"a\\u0085b"',
    "lone high surrogate": '"a\\ud800b"',
    "lone low surrogate": '"a\\udc00b"',
    "swapped surrogates": '"\\udc00\\ud800"',
    "raw control": '"a\x01b"',
    "stack of marks": '"a' + "\\u0301" * 40 + '"',
    "null": "null",
    "number": "1",
    "true": "true",
    "list": '["hello"]',
    "object": '{"text":"hello"}',
    "NaN": "NaN",
    "bare word": "hello",
    "bad escape": '"\\x41"',
    "unclosed": '"hello',
    "surrogate bytes": b'"a\xed\xa0\x80b"',
    "latin-1 bytes": b'"caf\xe9"',
    "overlong bytes": b'"\xc0\xaf"',
}
"""JSON texts in place of a message's body."""

KEYS = {
    "short": '"1234567"',
    "long": '"' + "k" * 65 + '"',
    "empty": '""',
    "space": '"key with space"',
    "line end": '"abcdefghij\\n"',
    "NUL": '"abcdefgh\\u0000"',
    "not ASCII": '"schlüssel-1"',
    "digits of another script": '"١٢٣٤٥٦٧٨"',
    "null": "null",
    "number": "12345678",
    "surrogate": '"abcdefgh\\ud800"',
}
"""JSON texts in place of a key."""

NUMBERS = {
    "text": '"1"',
    "fraction": "1.5",
    "true": "true",
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "over the range": "1e999",
    "5,000 digits": "9" * 5000,
    "leading zero": "01",
    "hexadecimal": "0x1",
    "list": "[1]",
    "object": "{}",
    "empty": "",
}
"""JSON texts in place of a number."""

DOCUMENTS: dict[str, bytes] = {
    "nothing": b"",
    "blank": b"  ",
    "not JSON": b"hello",
    "null": b"null",
    "number": b"1",
    "text": b'"send"',
    "list": b"[]",
    "empty object": b"{}",
    "unclosed": b'{"type":"send","key":"',
    "two documents": b"{}{}",
    "single quotes": b"{'key':'abcdefgh','body':'x'}",
    "comment": b'{"key":"abcdefgh",/* */"body":"x"}',
    "trailing comma": b'{"key":"abcdefgh","body":"x",}',
    "byte order mark": b'\xef\xbb\xbf{"key":"abcdefgh","body":"x"}',
    "UTF-16": '{"key":"abcdefgh","body":"x"}'.encode("utf-16"),
    "not UTF-8": b"\xff\xfe\x00",
    "NULs": b"\x00" * 10,
    "nested lists": b"[" * DEEP,
    "closed nested lists": b"[" * DEEP + b"]" * DEEP,
    "nested objects": b'{"key":' * 2000,
    "nested in a field": b'{"key":"abcdefgh","body":' + b"[" * DEEP,
    "number of 5,000 digits": b"9" * 5000,
    "unknown field": b'{"key":"abcdefgh","body":"x","admin":true}',
    "unknown empty field": b'{"key":"abcdefgh","body":"x","":null}',
    "own prototype": b'{"key":"abcdefgh","body":"x","__proto__":{}}',
}
"""Whole documents, invalid wherever a JSON object with known fields is expected."""


def posts() -> dict[str, bytes]:
    """Documents for a send, without its `type`: every one is `invalid`."""
    parts = {
        **{f"body: {name}": _object(key=KEY, body=text) for name, text in BODIES.items()},
        **{f"key: {name}": _object(key=text, body='"x"') for name, text in KEYS.items()},
        **{f"reply_to: {name}": _object(key=KEY, body='"x"', reply_to=text) for name, text in NUMBERS.items()},
        "without key": _object(body='"x"'),
        "without body": _object(key=KEY),
    }
    return {name: text.replace(b"{key}", f'"{new_key()}"'.encode()) for name, text in parts.items()}


def edits() -> dict[str, bytes]:
    """Documents for an edit, without `type` and `seq`."""
    return {f"body: {name}": _object(body=text) for name, text in BODIES.items()}


def reports() -> dict[str, bytes]:
    """Documents for a report."""
    return {f"reason: {name}": _object(reason=text) for name, text in BODIES.items()}


def reads() -> dict[str, bytes]:
    """Documents for a read mark."""
    return {f"seq: {name}": _object(seq=text) for name, text in {**NUMBERS, "negative": "-1", "null": "null"}.items()}


def frame(kind: str, document: bytes, **more: str) -> bytes:
    """A document as a frame of a kind, with more fields given as JSON texts."""
    head = _object(type=f'"{kind}"', **more)
    return head[:-1] + b"," + document[1:]


def _object(**fields: bytes | str) -> bytes:
    texts = {name: text if isinstance(text, bytes) else text.encode() for name, text in fields.items()}
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), text) for name, text in texts.items()) + b"}"
