"""Files encrypted with a passphrase, in the format of age (https://age-encryption.org/v1).

So that nobody needs Retold to open a backup: `age --decrypt` does. The primitives are those of the
`cryptography` library. What is written or read passes through in chunks of 64 KiB, each of which is
authenticated, and so is the end: nothing cut off, swapped or changed is ever handed out.
"""

from __future__ import annotations

import base64
import io
import os
import re
from functools import lru_cache
from typing import IO

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .problem import Problem

INTRO = b"age-encryption.org/v1\n"
CHUNK, TAG = 64 * 1024, 16
# To try one passphrase takes 128 MiB and about half a second. A file may ask for eight times as
# much, not for more.
WORK, MOST_WORK = 17, 20
HEADER = re.compile(
    re.escape(INTRO)
    + rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n"
    + rb"--- ([A-Za-z0-9+/]{43})\n"
)
MOST_LINE = 100
WRONG = "The passphrase is not the one that this backup was made with."
BROKEN = "The backup is damaged: what it says does not fit its seal."


def encrypted(start: bytes) -> bool:
    """Whether a file that begins like this is encrypted."""
    return start.startswith(INTRO)


class EncryptingWriter(io.RawIOBase):
    """What is written here goes into `file` encrypted; only `close` makes it whole."""

    def __init__(self, file: IO[bytes], passphrase: str, work: int | None = None) -> None:
        work = work or WORK
        key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
        wrapped = ChaCha20Poly1305(_wrapping_key(passphrase, salt, work)).encrypt(
            bytes(12), key, None
        )
        header = b"%s-> scrypt %s %d\n%s\n---" % (INTRO, _base64(salt), work, _base64(wrapped))
        file.write(b"%s %s\n%s" % (header, _base64(_seal(key, header).finalize()), nonce))
        self._file, self._stream, self._waiting = file, _Stream(key, nonce), bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._waiting += data
        # The last chunk is marked as such, so one is always held back.
        while len(self._waiting) > CHUNK:
            self._file.write(self._stream.encrypt(bytes(self._waiting[:CHUNK]), last=False))
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write the end. Without it the file opens nowhere."""
        self._file.write(self._stream.encrypt(bytes(self._waiting), last=True))
        self._waiting.clear()


class DecryptingReader(io.RawIOBase):
    """What `file` holds, as it was before; a Problem as soon as any of it is not true."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        header = b"".join(file.readline(MOST_LINE) for _line in range(4))
        found = HEADER.fullmatch(header)
        if not found or int(found[2]) > MOST_WORK:
            raise Problem("This is not encrypted by a passphrase in a way that Retold reads.")
        salt, wrapped, seal = (_from_base64(found[number]) for number in (1, 3, 4))
        try:
            key = ChaCha20Poly1305(_wrapping_key(passphrase, salt, int(found[2]))).decrypt(
                bytes(12), wrapped, None
            )
        except InvalidTag:
            raise Problem(WRONG) from None
        try:
            _seal(key, header[: header.rfind(b"\n---") + 4]).verify(seal)
        except InvalidSignature:
            raise Problem(BROKEN) from None
        self._file, self._stream = file, _Stream(key, _exactly(file, 16))
        self._clear, self._next, self._ended = b"", _exactly(file, CHUNK + TAG, less=True), False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self._clear and not self._ended:
            self._clear = self._chunk()
        taken = self._clear[: len(buffer)]
        buffer[: len(taken)] = taken
        self._clear = self._clear[len(taken) :]
        return len(taken)

    def _chunk(self) -> bytes:
        chunk, self._next = self._next, _exactly(self._file, CHUNK + TAG, less=True)
        self._ended = not self._next
        return self._stream.decrypt(chunk, last=self._ended)


class _Stream:
    """Chunk after chunk, each under a nonce that counts them and says which is the last."""

    def __init__(self, key: bytes, nonce: bytes) -> None:
        self._cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
        self._count = 0

    def encrypt(self, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), chunk, None)

    def decrypt(self, chunk: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last), chunk, None)
        except InvalidTag:
            raise Problem(BROKEN) from None

    def _nonce(self, last: bool) -> bytes:
        self._count += 1
        return (self._count - 1).to_bytes(11) + bytes([last])


@lru_cache(maxsize=4)
def _wrapping_key(passphrase: str, salt: bytes, work: int) -> bytes:
    salt = b"age-encryption.org/v1/scrypt" + salt
    return Scrypt(salt=salt, length=32, n=2**work, r=8, p=1).derive(passphrase.encode())


def _derived(key: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, use).derive(key)


def _seal(key: bytes, header: bytes) -> HMAC:
    seal = HMAC(_derived(key, b"", b"header"), SHA256())
    seal.update(header)
    return seal


def _exactly(file: IO[bytes], size: int, *, less: bool = False) -> bytes:
    """So many bytes, fewer only at the end of the file and where that may be."""
    data = b""
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    if len(data) < size and not less:
        raise Problem("The backup ends too early: it was cut off.")
    return data


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    data = base64.b64decode(text + b"=" * (-len(text) % 4))
    # The same bytes in another spelling are not what was sealed.
    if _base64(data) != text:
        raise Problem(BROKEN)
    return data
