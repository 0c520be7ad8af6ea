"""The phones' control passwords: encrypted before they reach the store, with a key that is not in the store.

A copy of the database alone gives no password away. The key lies beside it in the data folder, readable by its owner
only. Source: common practice (Fernet: AES-128-CBC with HMAC-SHA-256); house rule "secrets never in logs".
"""

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from offhook.errors import ConfigError, DataFolderError

__all__ = ["KEY_FILE", "PhoneSecrets"]

KEY_FILE = "secret.key"


class PhoneSecrets:
    """Encrypts and decrypts with one key."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self._key = key

    @classmethod
    def in_folder(cls, folder: Path) -> "PhoneSecrets":
        """Use the key of a data folder, and make it if there is none.

        Raises:
            DataFolderError: The file can be neither read nor made.
            ConfigError: It holds no key.
        """
        path = folder / KEY_FILE
        try:
            key = _make(path) or path.read_bytes()
        except OSError as error:
            raise DataFolderError(str(folder), f"{KEY_FILE}: {(error.strerror or str(error)).lower()}") from error
        try:
            return cls(key.strip())
        except ValueError as error:
            raise ConfigError(
                str(path), "", "is no key; restore it, or remove it and set the passwords again"
            ) from error

    @classmethod
    def for_tests(cls) -> "PhoneSecrets":
        """Use a key that is kept nowhere."""
        return cls(Fernet.generate_key())

    def encrypt(self, password: str) -> bytes:
        """Make what the store keeps."""
        return self._fernet.encrypt(password.encode("utf-8"))

    def decrypt(self, stored: bytes) -> str:
        """Get the password back.

        Raises:
            ConfigError: It was encrypted with another key.
        """
        try:
            return self._fernet.decrypt(stored).decode("utf-8")
        except InvalidToken as error:
            raise ConfigError(KEY_FILE, "", "does not fit the stored passwords; set them again") from error

    def file_key(self, phone: str) -> str:
        """Make the key that opens a phone's set-up file: 32 characters that fit into a URL."""
        digest = hmac.new(self._key, f"set-up file of {phone}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def _make(path: Path) -> bytes | None:
    """Write a new key, for its owner alone; None if the file is there already."""
    key = Fernet.generate_key()
    # Written aside and linked into place: nobody ever reads half a key, and of two who start at once one wins.
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    if path.exists():
        return None
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return None
    finally:
        draft.unlink()
    return key
