"""Documents by number (flags, alerts, stations, who somebody is), and what changed among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", str, int)


class Shelf(Generic[Key]):
    """The last form of each document; tells once what was put there and what was taken away.

    Attributes:
        documents: by key, the one longest unchanged first.
    """

    def __init__(self, most: int) -> None:
        """Above `most` documents the one longest unchanged goes."""
        self.documents: dict[Key, Any] = {}
        self._most = most
        self._put: dict[Key, None] = {}
        self._gone: dict[Key, None] = {}

    def put(self, key: Key, document: Any) -> None:
        """Keep a document; one that is equal to what is there changes nothing."""
        if key in self.documents and self.documents[key] == document:
            return
        self.documents.pop(key, None)
        self.documents[key] = document
        self._put[key] = None
        self._gone.pop(key, None)
        while len(self.documents) > self._most:
            self.take(next(iter(self.documents)))

    def take(self, key: Key) -> None:
        """Take a document away; one that is not there is no error."""
        if self.documents.pop(key, None) is not None:
            self._put.pop(key, None)
            self._gone[key] = None

    def replace(self, documents: Mapping[Key, Any]) -> None:
        """Keep exactly these."""
        for key in self.documents.keys() - documents.keys():
            self.take(key)
        for key, document in documents.items():
            self.put(key, document)

    def drop(self, unwanted: Callable[[Any], bool]) -> None:
        """Take away every document for which `unwanted` holds."""
        for key in [key for key, document in self.documents.items() if unwanted(document)]:
            self.take(key)

    def changes(self) -> dict[str, Any]:
        """`put`: documents new or changed since the last call; `gone`: keys taken away. Told once."""
        told = {"put": [self.documents[key] for key in self._put], "gone": list(self._gone)}
        self._put, self._gone = {}, {}
        return told

    def everything(self) -> dict[str, Any]:
        """The same form as `changes`, for somebody who has nothing yet."""
        return {"put": list(self.documents.values()), "gone": []}


def keyed(documents: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Documents by their `id`; those without one are left out, for nobody could point at them."""
    return {str(document["id"]): document for document in documents if document.get("id")}
