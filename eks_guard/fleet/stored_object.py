"""What a storage says of an object, in the same words for all kinds of storage."""

from __future__ import annotations

import datetime
import email.utils
from typing import TYPE_CHECKING, Any

from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARKS = ("ETag", "etag", "generation", "md5Hash", "content_md5")
"""What stores call the mark of an object's content; without any, its size and time stand for it."""
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "Last-Modified", "created")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing names it. `version` changes with its content; `size` is None where it is not listed.

    `modified` is a moment in ISO 8601 and UTC, None where the storage does not say it. `id` is what a bucket that keeps
    versions calls this one; a listing does not name it.
    """

    url: str
    version: str
    size: int | None
    modified: str | None = None
    id: str | None = None
    is_folder: bool = False


def stored_object(url: str, info: Mapping[str, Any]) -> StoredObject:
    """The object that an entry of a listing describes, in the words of its storage."""
    size = info.get("size", info.get("Size"))
    marks = (str(info[key]).strip('"') for key in _MARKS if info.get(key))
    time = next((info[key] for key in _TIMES if info.get(key)), None)
    version = next(marks, None) or "-".join(str(part) for part in (size, time) if part is not None)
    number = info.get("VersionId")
    identity = str(number) if number not in (None, "", "null") else None
    return StoredObject(url, version, size, moment(time), identity, is_folder=info.get("type") == "directory")


def moment(time: Any) -> str | None:
    """A moment as storages write it, in ISO 8601 and UTC; None for what is none."""
    if isinstance(time, int | float):
        time = datetime.datetime.fromtimestamp(time, tz=datetime.UTC)
    if isinstance(time, str):
        try:
            time = datetime.datetime.fromisoformat(time)
        except ValueError:
            time = _moment_of_the_web(time)
    if not isinstance(time, datetime.datetime):
        return None
    return time.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _moment_of_the_web(text: str) -> datetime.datetime | None:
    try:
        return email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
